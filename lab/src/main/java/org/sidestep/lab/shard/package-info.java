/** An experiment on many machines: its cells in shards, and the results of all of them as those of one run. */
package org.sidestep.lab.shard;
