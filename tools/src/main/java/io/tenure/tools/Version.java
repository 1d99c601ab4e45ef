package io.tenure.tools;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What {@code --version} prints: this program's version, and the JVM it runs on. */
final class Version {
    private Version() {}

    /** The version of this build, as Maven named it. */
    static String ofThisBuild() {
        Properties properties = new Properties();
        try (InputStream resource = Version.class.getResourceAsStream("version.properties")) {
            if (resource == null) {
                throw new AssertionError("version.properties is missing from the build");
            }
            properties.load(resource);
        } catch (IOException e) {
            throw new AssertionError("version.properties of the build cannot be read", e);
        }
        return properties.getProperty("version");
    }

    /** What {@code --version} prints. */
    static String line() {
        return "tenure %s (Java %s)".formatted(ofThisBuild(), Runtime.version().feature());
    }
}
