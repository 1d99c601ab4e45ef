package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.TestDomain;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker tells, to an agent that hears and to one that does not. */
class WorkerTellerTest {
    @TempDir Path directory;

    @Test
    void aPipeThatTakesNothingHoldsUpNothingAndAllIsToldWhenItDoesAgain() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        OutputStream full =
                new OutputStream() {
                    @Override
                    public void write(int word) throws IOException {
                        write(new byte[] {(byte) word});
                    }

                    @Override
                    public void write(byte[] words) throws IOException {
                        await(taken);
                        told.write(words);
                    }
                };
        AtomicReference<JobProgress> progress = new AtomicReference<>(JobProgress.NONE);
        try (TestDomain agent = TestDomain.create(Files.createDirectory(directory.resolve("d")))) {
            Job job = new BodyJob(UUID.randomUUID(), agent.domain(), new UUID(1, 2), null, c -> {});
            WorkerTeller teller = new WorkerTeller(full);
            teller.start(progress::get);
            for (JobStep step : JobStep.values()) { // would not return
                teller.stepStarted(job, step);
                teller.stepFinished(job, step);
            }
            teller.left();
            teller.awaitTold(Duration.ofMillis(1));
            progress.set(new JobProgress(5, 7));
            taken.countDown();
            teller.awaitTold(TestDomain.LIMIT);
        }
        List<String> heard = heard(told.toByteArray());
        assertThat(heard).startsWith("started ACQUIRE", "finished ACQUIRE", "started VALIDATE");
        assertThat(heard).contains("finished RELEASE", "left").hasSizeBetween(11, 12);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private static List<String> heard(byte[] told) throws IOException {
        List<String> heard = new ArrayList<>();
        WorkerWords.read(
                new ByteArrayInputStream(told),
                new WorkerWords.Listener() {
                    @Override
                    public void ready() {
                        heard.add("ready");
                    }

                    @Override
                    public void started(JobStep step) {
                        heard.add("started " + step);
                    }

                    @Override
                    public void finished(JobStep step) {
                        heard.add("finished " + step);
                    }

                    @Override
                    public void progress(JobProgress progress) {
                        heard.add(progress.bytesDone() + "/" + progress.bytesTotal());
                    }

                    @Override
                    public void left() {
                        heard.add("left");
                    }
                });
        return heard;
    }
}
