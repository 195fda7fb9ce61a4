// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of the control ring: check one, and change the configuration of the hash by it. Pure.
 *
 * A request that is refused changes nothing. Fields that a type of request does not use should be 0
 * but are ignored, as in the in-tree driver.
 */
#include "ctrl_protocol.h"

#include <linux/string.h>

/**
 * vif_ctrl_init() - the configuration of a guest that has not asked for anything
 * @hash: filled in
 * @num_queues: queues that are connected
 */
void vif_ctrl_init(struct vif_hash *hash, unsigned int num_queues)
{
	memset(hash, 0, sizeof(*hash));
	hash->algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_NONE;
	hash->num_queues = num_queues;
}

/**
 * vif_ctrl_data_len() - find out how much of a guest's page a request needs
 * @req: the request; its first field is then the grant reference
 *
 * Return: bytes, up to VIF_CTRL_DATA_MAX. 0 also if the request will be refused for its size.
 */
unsigned int vif_ctrl_data_len(const struct xen_netif_ctrl_request *req)
{
	u32 size = req->data[1];

	switch (req->type) {
	case XEN_NETIF_CTRL_TYPE_SET_HASH_KEY:
		return size <= VIF_HASH_KEY_MAX ? size : 0;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING:
		return size <= VIF_HASH_MAPPING_MAX ? size * sizeof(u32) : 0;
	default:
		return 0;
	}
}

static u32 set_hash_algorithm(struct vif_hash *hash, u32 algorithm)
{
	if (algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_NONE &&
	    algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	hash->algorithm = algorithm;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 get_hash_flags(const struct vif_hash *hash, u32 *rsp_data)
{
	if (hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	*rsp_data = VIF_HASH_FLAGS_ALL;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_hash_flags(struct vif_hash *hash, u32 flags)
{
	if (flags & ~VIF_HASH_FLAGS_ALL || hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	hash->flags = flags;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_hash_key(struct vif_hash *hash, u32 len, const void *data)
{
	if (len > VIF_HASH_KEY_MAX)
		return XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW;
	if (len && !data)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	memset(hash->key, 0, sizeof(hash->key));
	if (len)
		memcpy(hash->key, data, len);
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_hash_mapping_size(struct vif_hash *hash, u32 size)
{
	if (size > VIF_HASH_MAPPING_MAX)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	hash->mapping_size = size;
	memset(hash->mapping, 0, sizeof(hash->mapping));
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_hash_mapping(struct vif_hash *hash, u32 len, u32 first, const u32 *data)
{
	u32 i;

	if (len > VIF_HASH_MAPPING_MAX || first > VIF_HASH_MAPPING_MAX - len)
		return XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW;
	if (first + len > hash->mapping_size || (len && !data))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	for (i = 0; i < len; i++)
		if (data[i] >= hash->num_queues)
			return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	for (i = 0; i < len; i++)
		hash->mapping[first + i] = data[i];
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

/**
 * vif_ctrl_serve() - carry out a request
 * @hash: the configuration, unchanged if the request is refused
 * @req: a private copy of the request
 * @data: a private copy of vif_ctrl_data_len() bytes of the guest's page, aligned to 4 bytes, or
 *	NULL if the page could not be read
 * @rsp_data: filled in with the data of the response
 *
 * Return: the status of the response, XEN_NETIF_CTRL_STATUS_*.
 */
u32 vif_ctrl_serve(struct vif_hash *hash, const struct xen_netif_ctrl_request *req,
		   const void *data, u32 *rsp_data)
{
	*rsp_data = 0;
	switch (req->type) {
	case XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS:
		return get_hash_flags(hash, rsp_data);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS:
		return set_hash_flags(hash, req->data[0]);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_KEY:
		return set_hash_key(hash, req->data[1], data);
	case XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE:
		*rsp_data = VIF_HASH_MAPPING_MAX;
		return XEN_NETIF_CTRL_STATUS_SUCCESS;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE:
		return set_hash_mapping_size(hash, req->data[0]);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING:
		return set_hash_mapping(hash, req->data[1], req->data[2], data);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM:
		return set_hash_algorithm(hash, req->data[0]);
	default:
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	}
}
