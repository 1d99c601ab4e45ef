package io.tenure.lease.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.format.CorruptMetadataException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When what was read is looked at again. */
class SectorReadsTest {
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void halfOfASectorIsReadAgainUntilItIsWhole() throws Exception {
        int settled =
                SectorReads.settled(() -> {
                    if (looks.incrementAndGet() < 3) {
                        throw new CorruptMetadataException("half written");
                    }
                    return 7;
                });
        assertThat(settled).isEqualTo(7);
        assertThat(looks).hasValue(3);
    }

    @Test
    void whatStaysNoRecordIsNoneAfterAFewLooks() {
        assertThatThrownBy(() ->
                        SectorReads.settled(() -> {
                            looks.incrementAndGet();
                            throw new CorruptMetadataException("garbage");
                        }))
                .isInstanceOf(CorruptMetadataException.class);
        assertThat(looks).hasValue(3);
    }

    @Test
    void storageThatFailsIsNotAskedAgain() {
        assertThatThrownBy(() ->
                        SectorReads.settled(() -> {
                            looks.incrementAndGet();
                            throw new IOException("gone");
                        }))
                .hasMessage("gone");
        assertThat(looks).hasValue(1);
    }
}
