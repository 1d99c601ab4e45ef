package io.tenure.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.recon.JobHost;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that README.md and docs/embedding.md show are these, compile, and work. */
class EmbeddingDocumentTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Path EXAMPLES = Path.of("jobs/src/test/java/io/tenure/example");
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;

    @Test
    void everyProgramInTheDocumentsIsOneThatIsCompiledHere() throws IOException {
        Path root = root();
        String compiled =
                flat(Files.readString(root.resolve(EXAMPLES).resolve("ReadmeExample.java")))
                        + flat(Files.readString(root.resolve(EXAMPLES).resolve("HostAgent.java")));
        for (String document : List.of("README.md", "docs/embedding.md")) {
            Matcher block = BLOCK.matcher(Files.readString(root.resolve(document)));
            int blocks = 0;
            while (block.find()) {
                blocks++;
                assertThat(compiled).as(document).contains(flat(block.group(1)));
            }
            assertThat(blocks).as(document).isPositive();
        }
    }

    /** However deep it stands, and wherever its lines are broken. */
    private static String flat(String java) {
        return java.replaceAll("//[^\n]*", "").replaceAll("\\s+", "");
    }

    @Test
    void theProgramsMakeADomainAndAVolumeAndCopyAnImageOntoIt() throws Exception {
        Path path = Files.createDirectory(directory.resolve("domain"));
        Path image = TestDomain.randomFile(directory.resolve("image"), BYTES);
        UUID volume = UUID.randomUUID();
        ReadmeExample.create(path, volume);
        ReadmeExample.copy(path, image, volume, 1);
        assertHolds(path, volume, image);
    }

    @Test
    void theAgentOfTheDocumentRunsAJobForASchedulerAndAnotherOneTellsWhatBecameOfIt()
            throws Exception {
        Path path = Files.createDirectory(directory.resolve("domain"));
        Path image = TestDomain.randomFile(directory.resolve("image"), BYTES);
        UUID volume = UUID.randomUUID();
        ReadmeExample.create(path, volume);
        try (HostAgent one = new HostAgent("one", path, image, directory.resolve("one"));
                HostAgent two = new HostAgent("two", path, image, directory.resolve("two"))) {
            assertThat(ReadmeExample.schedule(List.of(one, two), volume)).isEqualTo("done");
            assertThat(one.lost()).isEmpty();
            assertThat(one.poll(UUID.randomUUID())).isEqualTo(JobHost.Answer.NOT_KNOWN);
        }
        assertHolds(path, volume, image);
        try (HostAgent again = new HostAgent("one", path, image, directory.resolve("one"))) {
            assertThat(again.lost()).isEmpty();
            assertThat(again.generation(volume)).isEqualTo(2);
        }
    }

    private static void assertHolds(Path path, UUID volume, Path image) throws IOException {
        try (StorageDomain domain = StorageDomain.open(path, Access.READ_ONLY)) {
            assertThat(domain.find(volume).dataPath()).hasSameBinaryContentAs(image);
        }
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("docs/embedding.md"))) {
            here = Objects.requireNonNull(here.getParent(), "no docs/embedding.md");
        }
        return here;
    }
}
