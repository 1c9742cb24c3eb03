package org.sidestep.lab.contract;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.sidestep.plugin.Extension;
import org.sidestep.testkit.PluginProject;

/** The plugin of one of {@code testkit/examples}, out of a jar that is built as its author would, for the tests of a class. */
final class Example<E extends Extension> implements BeforeAllCallback, AfterAllCallback {

    private final String project;
    private final Class<E> spi;
    private Path plugins;
    private Path jar;
    private URLClassLoader loader;

    Example(String project, Class<E> spi) {
        this.project = project;
        this.spi = spi;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        plugins = Files.createTempDirectory("plugins");
        jar = PluginProject.example(project).buildJar(plugins);
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, Example.class.getClassLoader());
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        loader.close();
        Files.delete(jar);
        Files.delete(plugins);
    }

    Path jar() {
        return jar;
    }

    E plugin() {
        return ServiceLoader.load(spi, loader).stream()
                .filter(provider -> provider.type().getClassLoader() == loader)
                .map(ServiceLoader.Provider::get)
                .findFirst()
                .orElseThrow();
    }
}
