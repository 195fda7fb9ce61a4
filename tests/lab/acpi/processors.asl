// SPDX-License-Identifier: GPL-2.0
// Power states for the two processors that QEMU's own tables describe without any. Each has others, so that a mix-up
// shows. The ports are those of pc-testdev, which keeps what is written to it.
DefinitionBlock ("processors.aml", "SSDT", 2, "XENDOM", "PROCPM", 1)
{
    External (\_SB.CPUS.C000, DeviceObj)
    External (\_SB.CPUS.C001, DeviceObj)

    Scope (\_SB.CPUS.C000)
    {
        Name (_CST, Package () {
            2,
            Package () { ResourceTemplate () { Register (FFixedHW, 0, 0, 0, 0) }, 1, 1, 1000 },
            Package () { ResourceTemplate () { Register (SystemIO, 8, 0, 0xE0, 1) }, 2, 50, 500 },
        })
        Name (_PCT, Package () {
            ResourceTemplate () { Register (SystemIO, 32, 0, 0xE0, 3) },
            ResourceTemplate () { Register (SystemIO, 32, 0, 0xE0, 3) },
        })
        Name (_PSS, Package () {
            Package () { 2000, 50000, 10, 10, 0x11, 0x11 },
            Package () { 1500, 40000, 10, 10, 0x12, 0x12 },
            Package () { 1000, 30000, 10, 10, 0x13, 0x13 },
        })
        // A domain of one, which software coordinates.
        Name (_PSD, Package () { Package () { 5, 0, 0, 0xFC, 1 } })
        Name (_PPC, 0)
    }

    // Each look at this device's status changes the limit of the first processor, and tells so.
    Device (\_SB.LIMT)
    {
        Name (_HID, "XEND0001")
        Method (_STA)
        {
            If (\_SB.CPUS.C000._PPC) { \_SB.CPUS.C000._PPC = 0 }
            Else { \_SB.CPUS.C000._PPC = 2 }
            Notify (\_SB.CPUS.C000, 0x80)
            Return (0x0F)
        }
    }

    Scope (\_SB.CPUS.C001)
    {
        // The third is in memory, which the hypervisor cannot use; one of the frequencies below cannot be.
        Name (_CST, Package () {
            4,
            Package () { ResourceTemplate () { Register (FFixedHW, 0, 0, 0, 0) }, 1, 2, 1000 },
            Package () { ResourceTemplate () { Register (SystemIO, 8, 0, 0xE0, 1) }, 2, 60, 400 },
            Package () { ResourceTemplate () { Register (SystemMemory, 8, 0, 0xFED00000, 1) }, 2, 70, 400 },
            Package () { ResourceTemplate () { Register (SystemIO, 8, 0, 0xE0, 1) }, 3, 90, 300 },
        })
        Name (_PCT, Package () {
            ResourceTemplate () { Register (SystemIO, 32, 0, 0xE0, 3) },
            ResourceTemplate () { Register (SystemIO, 32, 0, 0xE0, 3) },
        })
        Name (_PSS, Package () {
            Package () { 0xFFFFFFFF, 60000, 10, 10, 0x20, 0x20 },
            Package () { 1800, 50000, 10, 10, 0x21, 0x21 },
            Package () { 900, 30000, 10, 10, 0x23, 0x23 },
        })
        // The third of firmware's states, the second of those that can be.
        Name (_PPC, 2)
    }
}
