package org.sidestep.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.kernel.IpcPolicy;

final class ExamplePluginTest {

    @Test
    void theExampleProjectBecomesAJarThatProvidesItsPolicy(@TempDir Path plugins) throws IOException {
        Path jar = PluginProject.example("counting-policy").buildJar(plugins);
        try (JarFile file = new JarFile(jar.toFile());
                URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Plugin-Id"))
                    .isEqualTo("counting-policy");
            assertThat(ServiceLoader.load(IpcPolicy.class, loader))
                    .filteredOn(policy -> policy.getClass().getClassLoader() == loader)
                    .extracting(IpcPolicy::id)
                    .containsExactly("counting");
        }
    }
}
