# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: a program that polls a network card with a budget of 256 gets a full ring's packets in rounds that fit their array
# cpus: 2
# drivers: ours
. /lab/lib/hostile.sh
. /lab/lib/net.sh
tracing=/sys/kernel/tracing
before=$(census)
guest_start mallory vcpus=2
guest_must mallory 'modprobe -a xen-evtchn xen-gntalloc && echo 0 >/sys/bus/xen/drivers_autoprobe'
must xl network-attach mallory bridge=xenbr0
mallory_may_look vif
vif=vif${GUEST_ID[mallory]}.0

# "work" and "packets" are what one poll and one round of it took.
: >$tracing/trace
must eval "echo 'budget == 256 && work > 64' >$tracing/events/napi/napi_poll/filter"
must eval "echo 'packets > 64' >$tracing/events/dom0_netback/vif_tx_batch/filter"
must eval "echo 1 >$tracing/events/napi/napi_poll/enable"
must eval "echo 1 >$tracing/events/dom0_netback/vif_tx_batch/enable"
python3 /lab/lib/busypoll.py 9 256 >/run/busypoll.out &
poller=$!
wait_for 20 grep -q listening /run/busypoll.out
guest_must mallory 'hostile net 0 full-ring' 300
kill $poller
wait $poller 2>/dev/null
echo 0 >$tracing/events/napi/napi_poll/enable
echo 0 >$tracing/events/dom0_netback/vif_tx_batch/enable
echo 0 >$tracing/events/napi/napi_poll/filter
echo 0 >$tracing/events/dom0_netback/vif_tx_batch/filter

polls=$(grep -c "napi_poll:.*$vif" $tracing/trace)
rounds=$(grep -c 'vif_tx_batch:' $tracing/trace)
[ "$polls" -gt 0 ] || fail "no poll took more than 64 packets: nothing has been tried"
same "rounds of more than 64 packets" "$rounds" 0
say "$polls polls took more than 64 packets each, no round did"
mallory_stop
census_back_to "$before"
pass
