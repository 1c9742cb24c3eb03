/** What user level leaves in the processor, and how it is kept from other address spaces. */
package org.sidestep.kernel.l4.isolation;
