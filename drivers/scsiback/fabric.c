// SPDX-License-Identifier: GPL-2.0
/*
 * The targets in configfs: target/xen-pvscsi/WWN/tpgt_N, with units below it. Tools such as
 * targetcli create them.
 *
 * A port is a target port group. The target core knows all guests that use a port by one session,
 * which configfs calls nexus. As long as a guest uses a port, neither the port nor its session can
 * be removed.
 */
#include "fabric.h"
#include "lun.h"
#include "target.h"

#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <scsi/scsi_proto.h>
#include <target/target_core_fabric.h>

#define NAME_SIZE	32

struct vscsi_wwn {
	struct se_wwn wwn;
	u8 protocol;
	char name[NAME_SIZE];
};

/**
 * struct vscsi_port - a target port group
 * @tpg: the target core's part
 * @wwn: the target
 * @tag: number of the group
 * @link: in the list of ports
 * @kref: one reference of configfs, and one of each user
 * @lock: protects the fields below; no lock of configfs is taken while it is held
 * @session: NULL as long as there is no nexus
 * @users: number of its units that guests have
 * @alias: another name for the toolstack, may be empty
 */
struct vscsi_port {
	struct se_portal_group tpg;
	struct vscsi_wwn *wwn;
	u16 tag;
	struct list_head link;
	struct kref kref;
	struct mutex lock;		/* @session, @users, @alias */
	struct se_session *session;
	unsigned int users;
	char alias[NAME_SIZE];
};

static LIST_HEAD(ports);
static DEFINE_MUTEX(ports_lock);	/* protects ports */

static struct vscsi_port *to_port(struct se_portal_group *tpg)
{
	return container_of(tpg, struct vscsi_port, tpg);
}

static struct vscsi_wwn *to_wwn(struct se_wwn *wwn)
{
	return container_of(wwn, struct vscsi_wwn, wwn);
}

/* ---- the session ---- */

/* No tags: the rings have their own commands. */
static struct se_session *create_session(struct vscsi_port *port, const char *initiator)
{
	return target_setup_session(&port->tpg, 0, 0, TARGET_PROT_NORMAL, initiator, NULL, NULL);
}

/* Wait for all commands: the thread that has released the last one may not have returned yet. */
static void remove_session(struct se_session *session)
{
	target_stop_session(session);
	target_wait_for_sess_cmds(session);
	target_remove_session(session);
}

/*
 * End what the guests have reserved by RESERVE(6): the target core keeps that as long as the
 * session. Reservations that are persistent belong to the initiator's name and stay. The old
 * session stays if there is no memory for a new one.
 */
static void renew_session(struct vscsi_port *port)
{
	struct se_session *old = port->session, *session;

	lockdep_assert_held(&port->lock);
	session = create_session(port, old->se_node_acl->initiatorname);
	if (IS_ERR(session)) {
		pr_warn_ratelimited("dom0-scsiback: %s: a reservation may outlive its guest: error %ld\n",
				    port->wwn->name, PTR_ERR(session));
		return;
	}
	port->session = session;
	remove_session(old);
}

/* ---- ports in use by guests ---- */

static void free_port(struct kref *kref)
{
	struct vscsi_port *port = container_of(kref, struct vscsi_port, kref);

	mutex_destroy(&port->lock);
	kfree(port);
}

static bool has_name(struct vscsi_port *port, const char *name)
{
	bool found;

	mutex_lock(&port->lock);
	found = !strcmp(name, port->wwn->name) || !strcmp(name, port->alias);
	mutex_unlock(&port->lock);
	return found;
}

static bool has_unit(struct vscsi_port *port, u64 unit)
{
	struct se_lun *lun;
	bool found = false;

	mutex_lock(&port->tpg.tpg_lun_mutex);
	hlist_for_each_entry(lun, &port->tpg.tpg_lun_hlist, link)
		found |= lun->unpacked_lun == unit;
	mutex_unlock(&port->tpg.tpg_lun_mutex);
	return found;
}

static struct vscsi_port *find_port(const char *name, u64 unit)
{
	struct vscsi_port *port, *found = NULL;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, link) {
		if (!has_name(port, name) || !has_unit(port, unit))
			continue;
		kref_get(&port->kref);
		found = port;
		break;
	}
	mutex_unlock(&ports_lock);
	return found;
}

static int use_session(struct vscsi_port *port)
{
	int err = -ENOTCONN;

	mutex_lock(&port->lock);
	if (port->session) {
		port->users++;
		err = 0;
	}
	mutex_unlock(&port->lock);
	return err;
}

/*
 * Return the port of this name with such a unit, for a guest. Return -ENODEV if there is none, or
 * -ENOTCONN if it has no nexus. Until vscsi_port_put(), configfs refuses to remove it. May sleep.
 */
struct vscsi_port *vscsi_port_get(const char *name, u64 unit)
{
	struct vscsi_port *port = find_port(name, unit);
	int err;

	if (!port)
		return ERR_PTR(-ENODEV);
	/* This fails if the port is being removed from configfs. */
	err = target_depend_item(&port->tpg.tpg_group.cg_item);
	if (err) {
		err = -ENODEV;
		goto put_port;
	}
	err = use_session(port);
	if (err)
		goto undepend_port;
	return port;

undepend_port:
	target_undepend_item(&port->tpg.tpg_group.cg_item);
put_port:
	kref_put(&port->kref, free_port);
	return ERR_PTR(err);
}

/* May sleep. */
void vscsi_port_put(struct vscsi_port *port)
{
	mutex_lock(&port->lock);
	if (!--port->users)
		renew_session(port);
	mutex_unlock(&port->lock);
	target_undepend_item(&port->tpg.tpg_group.cg_item);
	kref_put(&port->kref, free_port);
}

/* Whether the port has such a unit, and it is not read-only. May sleep. */
bool vscsi_port_may_write(struct vscsi_port *port, u64 unit)
{
	struct se_lun *lun;
	bool may = false;

	mutex_lock(&port->tpg.tpg_lun_mutex);
	hlist_for_each_entry(lun, &port->tpg.tpg_lun_hlist, link)
		if (lun->unpacked_lun == unit)
			may = !lun->lun_access_ro;
	mutex_unlock(&port->tpg.tpg_lun_mutex);
	return may;
}

/* Constant while the port is in use. */
struct se_session *vscsi_port_session(const struct vscsi_port *port)
{
	return port->session;
}

/* ---- the nexus in configfs ---- */

static int make_session(struct vscsi_port *port, const char *initiator)
{
	struct se_session *session;
	int err = 0;

	mutex_lock(&port->lock);
	if (port->session) {
		err = -EEXIST;
		goto unlock;
	}
	session = create_session(port, initiator);
	if (IS_ERR(session))
		err = PTR_ERR(session);
	else
		port->session = session;
unlock:
	mutex_unlock(&port->lock);
	return err;
}

static int drop_session(struct vscsi_port *port)
{
	int err = 0;

	mutex_lock(&port->lock);
	if (!port->session) {
		err = -ENODEV;
	} else if (port->users) {
		err = -EBUSY;
	} else {
		remove_session(port->session);
		port->session = NULL;
	}
	mutex_unlock(&port->lock);
	return err;
}

/* ---- names ---- */

/*
 * Return the protocol that a name stands for. @bare is set to the name as the target core shows it.
 */
static int protocol_of(const char *name, const char **bare)
{
	*bare = name;
	if (!strncmp(name, "naa.", 4))
		return SCSI_PROTOCOL_SAS;
	if (!strncmp(name, "iqn.", 4))
		return SCSI_PROTOCOL_ISCSI;
	if (!strncmp(name, "fc.", 3)) {
		*bare = name + 3;
		return SCSI_PROTOCOL_FCP;
	}
	return -EINVAL;
}

/* Copy a line that was written to a file of configfs, without blanks at its end. */
static int copy_line(char *to, const char *page)
{
	ssize_t len = strscpy(to, page, NAME_SIZE);

	if (len < 0)
		return -EINVAL;
	strim(to);
	return 0;
}

/* ---- files in configfs ---- */

static ssize_t vscsi_tpg_nexus_show(struct config_item *item, char *page)
{
	struct vscsi_port *port = to_port(to_tpg(item));
	ssize_t len = -ENODEV;

	mutex_lock(&port->lock);
	if (port->session)
		len = sysfs_emit(page, "%s\n", port->session->se_node_acl->initiatorname);
	mutex_unlock(&port->lock);
	return len;
}

static ssize_t vscsi_tpg_nexus_store(struct config_item *item, const char *page, size_t count)
{
	struct vscsi_port *port = to_port(to_tpg(item));
	char name[NAME_SIZE];
	const char *bare;
	int err;

	err = copy_line(name, page);
	if (err)
		return err;
	if (!strcmp(name, "NULL")) {
		err = drop_session(port);
		return err ?: count;
	}
	if (protocol_of(name, &bare) != port->wwn->protocol)
		return -EINVAL;
	err = make_session(port, bare);
	return err ?: count;
}

CONFIGFS_ATTR(vscsi_tpg_, nexus);

static struct configfs_attribute *tpg_attrs[] = {
	&vscsi_tpg_attr_nexus,
	NULL
};

static ssize_t vscsi_param_alias_show(struct config_item *item, char *page)
{
	struct vscsi_port *port = to_port(param_to_tpg(item));
	ssize_t len;

	mutex_lock(&port->lock);
	len = sysfs_emit(page, "%s\n", port->alias);
	mutex_unlock(&port->lock);
	return len;
}

static ssize_t vscsi_param_alias_store(struct config_item *item, const char *page, size_t count)
{
	struct vscsi_port *port = to_port(param_to_tpg(item));
	char name[NAME_SIZE];
	int err;

	err = copy_line(name, page);
	if (err)
		return err;
	mutex_lock(&port->lock);
	strscpy(port->alias, name, sizeof(port->alias));
	mutex_unlock(&port->lock);
	return count;
}

CONFIGFS_ATTR(vscsi_param_, alias);

static struct configfs_attribute *param_attrs[] = {
	&vscsi_param_attr_alias,
	NULL
};

static ssize_t vscsi_wwn_version_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "dom0-scsiback %s on %s %s\n", DOM0_VERSION, utsname()->sysname,
			  utsname()->release);
}

CONFIGFS_ATTR_RO(vscsi_wwn_, version);

static struct configfs_attribute *wwn_attrs[] = {
	&vscsi_wwn_attr_version,
	NULL
};

/* ---- directories in configfs ---- */

static struct se_wwn *make_wwn(struct target_fabric_configfs *fabric, struct config_group *group,
			       const char *name)
{
	struct vscsi_wwn *wwn;
	const char *bare;
	int protocol = protocol_of(name, &bare);

	if (protocol < 0 || strlen(name) >= NAME_SIZE)
		return ERR_PTR(-EINVAL);
	wwn = kzalloc(sizeof(*wwn), GFP_KERNEL);
	if (!wwn)
		return ERR_PTR(-ENOMEM);
	wwn->protocol = protocol;
	strscpy(wwn->name, bare, sizeof(wwn->name));
	return &wwn->wwn;
}

static void drop_wwn(struct se_wwn *wwn)
{
	kfree(to_wwn(wwn));
}

static struct se_portal_group *make_tpg(struct se_wwn *se_wwn, const char *name)
{
	struct vscsi_wwn *wwn = to_wwn(se_wwn);
	struct vscsi_port *port;
	u16 tag;
	int err;

	if (strncmp(name, "tpgt_", 5))
		return ERR_PTR(-EINVAL);
	err = kstrtou16(name + 5, 10, &tag);
	if (err)
		return ERR_PTR(err);
	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return ERR_PTR(-ENOMEM);
	kref_init(&port->kref);
	mutex_init(&port->lock);
	port->wwn = wwn;
	port->tag = tag;
	err = core_tpg_register(se_wwn, &port->tpg, wwn->protocol);
	if (err) {
		kref_put(&port->kref, free_port);
		return ERR_PTR(err);
	}
	mutex_lock(&ports_lock);
	list_add_tail(&port->link, &ports);
	mutex_unlock(&ports_lock);
	return &port->tpg;
}

/*
 * No guest uses the port now. vscsi_port_get() may have just found it, and then holds a reference.
 */
static void drop_tpg(struct se_portal_group *tpg)
{
	struct vscsi_port *port = to_port(tpg);

	mutex_lock(&ports_lock);
	list_del(&port->link);
	mutex_unlock(&ports_lock);
	drop_session(port);
	core_tpg_deregister(tpg);
	kref_put(&port->kref, free_port);
}

/* ---- what the target core asks of a fabric ---- */

static char *tpg_get_wwn(struct se_portal_group *tpg)
{
	return to_port(tpg)->wwn->name;
}

static u16 tpg_get_tag(struct se_portal_group *tpg)
{
	return to_port(tpg)->tag;
}

/* xenstore says which guest may use which unit. So each session may use all units of its port. */
static int check_true(struct se_portal_group *tpg)
{
	return 1;
}

static int check_false(struct se_portal_group *tpg)
{
	return 0;
}

static u32 tpg_get_inst_index(struct se_portal_group *tpg)
{
	return 1;
}

static u32 sess_get_index(struct se_session *session)
{
	return 0;
}

/*
 * Refuse an ACL in configfs: no guest needs one. A session would take it and keep it, and its
 * removal in configfs would wait for the session.
 *
 * An ACL that a session has already made must not be refused: the target core would wait for the
 * session at once.
 */
static int refuse_node_acl(struct se_node_acl *acl, const char *name)
{
	return list_empty(&acl->acl_sess_list) ? -EPERM : 0;
}

static void set_default_attributes(struct se_node_acl *acl)
{
}

static int get_cmd_state(struct se_cmd *se)
{
	return 0;
}

static const struct target_core_fabric_ops fabric_ops = {
	.module				= THIS_MODULE,
	.fabric_name			= "xen-pvscsi",
	DOM0_TARGET_SUBMIT_OPS
	.tpg_get_wwn			= tpg_get_wwn,
	.tpg_get_tag			= tpg_get_tag,
	.tpg_check_demo_mode		= check_true,
	.tpg_check_demo_mode_cache	= check_true,
	.tpg_check_demo_mode_write_protect = check_false,
	.tpg_check_prod_mode_write_protect = check_false,
	.tpg_get_inst_index		= tpg_get_inst_index,
	.check_stop_free		= vscsi_check_stop_free,
	.release_cmd			= vscsi_release_cmd,
	.sess_get_index			= sess_get_index,
	.write_pending			= vscsi_write_pending,
	.set_default_node_attributes	= set_default_attributes,
	.get_cmd_state			= get_cmd_state,
	.queue_data_in			= vscsi_queue_data_in,
	.queue_status			= vscsi_queue_status,
	.queue_tm_rsp			= vscsi_queue_tm_rsp,
	.aborted_task			= vscsi_aborted_task,
	.fabric_make_wwn		= make_wwn,
	.fabric_drop_wwn		= drop_wwn,
	.fabric_make_tpg		= make_tpg,
	.fabric_drop_tpg		= drop_tpg,
	.fabric_init_nodeacl		= refuse_node_acl,
	.tfc_wwn_attrs			= wwn_attrs,
	.tfc_tpg_base_attrs		= tpg_attrs,
	.tfc_tpg_param_attrs		= param_attrs,
};

int vscsi_fabric_init(void)
{
	return target_register_template(&fabric_ops);
}

void vscsi_fabric_exit(void)
{
	target_unregister_template(&fabric_ops);
}
