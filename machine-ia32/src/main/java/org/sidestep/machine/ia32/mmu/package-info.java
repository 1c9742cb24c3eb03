/** From linear to physical addresses: page tables, TLBs, and the accesses that go through them. */
package org.sidestep.machine.ia32.mmu;
