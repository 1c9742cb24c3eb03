/** The kernel interface page. */
package org.sidestep.kernel.l4.kip;
