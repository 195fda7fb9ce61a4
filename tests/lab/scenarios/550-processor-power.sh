# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# proves: the hypervisor gets the idle and performance states of each processor, even if Dom0 has fewer processors
# acpi: processors
# cpus: 2
# drivers: ours
# timeout: 240
same "processors of Dom0" "$(nproc)" 1
same "processors of the hypervisor" "$(xl info nr_cpus)" 2

# frequencies CPU: prints all of them in kHz, and those allowed at the moment.
frequencies() {
	xenpm get-cpufreq-para "$1" | sed -n 's/^scaling_avail_freq *: *//p; s/^scaling frequency *: *//p' | tr -d '*' | sed 's/ cur.*//' | xargs
}
# idle_states CPU: prints their number, including the running state.
idle_states() {
	xenpm get-cpuidle-states "$1" | awk '/^total C-states/ { print $NF }'
}
same "frequencies before" "$(frequencies 0)" ""

must modprobe dom0-acpi-processor
same "frequencies of CPU 1" "$(frequencies 1)" "1800000 900000 max [900000] min [900000]"
same "idle states of CPU 0" "$(idle_states 0)" 3
same "idle states of CPU 1" "$(idle_states 1)" 4

# The firmware toggles the limit of CPU 0 at each read of this device's status. Dom0's boot has read it a few times.
processors=/sys/kernel/debug/dom0/acpi-processor/processors
toggle() {
	must cat /sys/bus/acpi/devices/XEND0001:00/status
}
allowed() {
	[ "$(frequencies 0)" = "2000000 1500000 1000000 max [$1] min [1000000]" ]
}
grep -q '^processor 0 .* limit 0$' $processors || toggle
wait_for 10 allowed 2000000
same "the module's file in debugfs" "$(cat $processors)" "version 1
processor 0 idle_states 2 performance_states 3 limit 0
processor 1 idle_states 3 performance_states 2 limit 1"
toggle
wait_for 10 allowed 1000000
toggle
wait_for 10 allowed 2000000

# A write to "upload" reads the processors again, as some may have been added. Here it finds the same ones.
must sh -c 'echo 1 >/sys/module/dom0_acpi_processor/parameters/upload'
same "uploads" "$(logs_kernel "$LAB_NAME" | grep -c '2 processors, 2 with idle states and 2 with performance states')" 2
must rmmod dom0-acpi-processor
must modprobe dom0-acpi-processor
same "uploads" "$(logs_kernel "$LAB_NAME" | grep -c '2 processors, 2 with idle states and 2 with performance states')" 3
must rmmod dom0-acpi-processor

pass
