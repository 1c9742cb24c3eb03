package org.sidestep.lab.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.contract.IpcPolicyContract;

/** The example policy passes the contract that its author extends. */
final class ExamplePolicyTest extends IpcPolicyContract {

    @RegisterExtension
    static final Example<IpcPolicy> EXAMPLE = new Example<>("counting-policy", IpcPolicy.class);

    @Override
    protected IpcPolicy policy() {
        return EXAMPLE.plugin();
    }

    @Override
    protected List<Map<String, String>> kernels() {
        return List.of(Map.of("entry", "sysenter", "fastpath", "on"));
    }

    @Test
    void theJarNamesThePluginInItsManifest() throws IOException {
        try (JarFile file = new JarFile(EXAMPLE.jar().toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id"))
                    .isEqualTo("counting-policy");
            assertThat(policy().id()).isEqualTo("counting");
        }
    }
}
