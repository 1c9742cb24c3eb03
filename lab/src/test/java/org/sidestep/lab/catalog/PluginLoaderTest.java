package org.sidestep.lab.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.fake.FakePluginJar;
import org.sidestep.lab.fake.Fakes;
import org.sidestep.plugin.PlatformApi;

class PluginLoaderTest {

    @TempDir
    private Path plugins;

    @Test
    void pluginsOfAJarStandBesideThoseOfTheClassPathWithTheirOrigin() {
        int onClassPath = PluginLoader.fromClassPath().on(Axis.IPC).size();

        Catalog catalog = PluginLoader.withPlugins(FakePluginJar.directory(plugins));

        Origin origin = catalog.find(Axis.IPC, "user-switch").origin();
        assertThat(origin.place()).isEqualTo("fakes.jar");
        assertThat(origin.version()).isEqualTo("1.2.3");
        assertThat(origin.fingerprint()).hasSize(64);
        assertThat(catalog.on(Axis.IPC)).hasSize(onClassPath + 3);
    }

    @Test
    void anUnknownIdIsAnsweredWithTheNearestOne() {
        Catalog catalog = PluginLoader.withPlugins(FakePluginJar.directory(plugins));

        assertThatThrownBy(() -> catalog.find(Axis.IPC, "user-swich"))
                .isInstanceOf(BadInput.class)
                .hasMessage("there is no ipc 'user-swich'; did you mean 'user-switch'? (looked in the class path and "
                        + plugins + ")");
    }

    @Test
    void anIdThatTwoPluginsClaimNamesBoth() {
        FakePluginJar.directory(plugins);
        FakePluginJar.write(plugins.resolve("again.jar"), "again", FakePluginJar.services());

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is claimed twice")
                .hasMessageContaining("again.jar")
                .hasMessageContaining("fakes.jar");
    }

    @Test
    void aFileThatIsNoJarIsNamed() throws IOException {
        Files.writeString(plugins.resolve("broken.jar"), "this is no jar");

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("broken.jar: plugin cannot be loaded");
    }

    @Test
    void aJarWithoutAPluginIdIsNamed() {
        FakePluginJar.write(plugins.resolve("anonymous.jar"), null, FakePluginJar.services());

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("anonymous.jar: plugin cannot be loaded");
    }

    @Test
    void aPluginForAnotherVersionOfThePlatformIsRefusedWithBothVersions() {
        FakePluginJar.write(plugins.resolve("old.jar"), "old", "~0.1.0", FakePluginJar.services());

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("old.jar: plugin cannot be loaded: it requires platform-api ~0.1.0, and this is "
                        + PlatformApi.VERSION);
    }

    @Test
    void aPluginThatDoesNotSayWhatItNeedsIsRefused() {
        FakePluginJar.write(plugins.resolve("any.jar"), "any", "*", FakePluginJar.services());

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("any.jar: plugin cannot be loaded: its manifest does not say")
                .hasMessageContaining("write Plugin-Requires: ~" + PlatformApi.VERSION);
    }

    @Test
    void aJarWithoutServicesIsNamed() {
        FakePluginJar.write(plugins.resolve("empty.jar"), "empty", Map.of());

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("empty.jar")
                .hasMessageContaining("lists no Sidestep plugin");
    }

    @Test
    void aServiceClassThatIsMissingOrOfAnotherKindIsNamed() {
        for (String wrong : new String[] {"org.sidestep.NoSuchPolicy", Fakes.Rounds.class.getName()}) {
            FakePluginJar.write(plugins.resolve("wrong.jar"), "wrong", Map.of(IpcPolicy.class.getName(), wrong));

            assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("wrong.jar")
                    .hasMessageContaining(wrong);
        }
    }

    @Test
    void aZipPluginIsRefusedRatherThanUnpacked() {
        FakePluginJar.write(plugins.resolve("bomb.zip"), "bomb", FakePluginJar.services());

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("bomb.zip: plugin cannot be loaded: it is a zip file; pack it as one jar");
        assertThat(plugins.resolve("bomb")).doesNotExist();
    }

    @Test
    void anIdThatIsEmptyIsRefused() {
        Map<String, String> services = Map.of(IpcPolicy.class.getName(), Fakes.Nameless.class.getName());
        FakePluginJar.write(plugins.resolve("nameless.jar"), "nameless", services);

        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("nameless.jar")
                .hasMessageContaining("has no id");
    }

    @Test
    void aMissingDirectoryIsNamed() {
        assertThatThrownBy(() -> PluginLoader.withPlugins(plugins.resolve("nowhere")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("nowhere: no such plugins directory");
    }
}
