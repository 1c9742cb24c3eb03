/** Message transfer, send queues and timeouts. */
package org.sidestep.kernel.l4.ipc;
