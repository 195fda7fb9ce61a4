// SPDX-License-Identifier: GPL-2.0
/*
 * The files xsd_kva and xsd_port, through which a xenstore daemon in this domain gets the kernel's
 * ring and event channel.
 */
#include "store.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <xen/interface/io/xs_wire.h>
#include <xen/page.h>
#include <xen/xenbus.h>

static ssize_t show_text(char __user *buf, size_t size, loff_t *pos, const char *text)
{
	return simple_read_from_buffer(buf, size, pos, text, strlen(text));
}

/* Readers only need to see some address, so %p prints a hash instead of the real one. */
static ssize_t page_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%p", xen_store_interface);
	return show_text(buf, size, pos, text);
}

static ssize_t port_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", xen_store_evtchn);
	return show_text(buf, size, pos, text);
}

int xenfs_store_page_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma_pages(vma) > 1 || vma->vm_pgoff || !xen_store_interface)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start, virt_to_pfn(xen_store_interface), PAGE_SIZE,
			       vma->vm_page_prot);
}

const struct file_operations xenfs_store_page_fops = {
	.owner = THIS_MODULE,
	.read = page_read,
	.mmap = xenfs_store_page_mmap,
	.llseek = default_llseek,
};

const struct file_operations xenfs_store_port_fops = {
	.owner = THIS_MODULE,
	.read = port_read,
	.llseek = default_llseek,
};
