package org.sidestep.lab.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.PluginProject;
import org.sidestep.testkit.contract.IpcPolicyContract;

/** The example plugin, built as its author would, passes the contract that its author would extend. */
final class ExamplePluginTest extends IpcPolicyContract {

    @TempDir
    static Path plugins;

    private static Path jar;
    private static URLClassLoader loader;

    @BeforeAll
    static void build() throws IOException {
        jar = PluginProject.example("counting-policy").buildJar(plugins);
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ExamplePluginTest.class.getClassLoader());
    }

    @AfterAll
    static void close() throws IOException {
        loader.close();
    }

    @Override
    protected IpcPolicy policy() {
        return ServiceLoader.load(IpcPolicy.class, loader).stream()
                .filter(provider -> provider.type().getClassLoader() == loader)
                .map(ServiceLoader.Provider::get)
                .findFirst()
                .orElseThrow();
    }

    @Override
    protected List<Map<String, String>> kernels() {
        return List.of(Map.of("entry", "sysenter", "fastpath", "on"));
    }

    @Test
    void theJarNamesThePluginInItsManifest() throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id"))
                    .isEqualTo("counting-policy");
            assertThat(policy().id()).isEqualTo("counting");
        }
    }
}
