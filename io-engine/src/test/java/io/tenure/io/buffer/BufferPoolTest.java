package io.tenure.io.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A pool never grows, and its memory never goes while it may be in use. */
final class BufferPoolTest {

    @Test
    void anExhaustedPoolGivesNothing() throws IOException {
        try (BufferPool pool = BufferPool.allocate(2, 4096)) {
            AlignedBuffer first = take(pool);
            AlignedBuffer second = take(pool);
            assertThat(pool.tryAcquire()).isNull();
            pool.release(first);
            assertThat(pool.tryAcquire()).isSameAs(first);
            pool.release(first);
            pool.release(second);
        }
    }

    @Test
    void buffersAreAlignedAndApart() throws IOException {
        try (BufferPool pool = BufferPool.allocate(5, 3 * 4096)) {
            Set<Long> addresses = new HashSet<>();
            List<AlignedBuffer> taken = new ArrayList<>();
            for (int i = 0; i < pool.count(); i++) {
                AlignedBuffer buffer = take(pool);
                taken.add(buffer);
                assertThat(buffer.segment().byteSize()).isEqualTo(3 * 4096);
                long address = buffer.segment().address();
                assertThat(address % BufferPool.ALIGNMENT_BYTES).isZero();
                addresses.add(address);
                buffer.segment().fill((byte) buffer.index());
            }
            assertThat(addresses).hasSize(5);
            for (AlignedBuffer buffer : taken) {
                for (byte b : buffer.segment().toArray(ValueLayout.JAVA_BYTE)) {
                    assertThat(b).isEqualTo((byte) buffer.index()); // nobody wrote over it
                }
                pool.release(buffer);
            }
        }
    }

    @Test
    void aPoolWithABufferOutRefusesToClose() throws IOException {
        BufferPool pool = BufferPool.allocate(1, 4096);
        AlignedBuffer buffer = take(pool);
        assertThatThrownBy(pool::close).isInstanceOf(IllegalStateException.class);
        buffer.segment().fill((byte) 1); // still there
        pool.release(buffer);
        pool.close();
        pool.close();
        assertThatThrownBy(() -> buffer.segment().fill((byte) 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(pool::tryAcquire).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBufferGoesBackOnceAndOnlyToItsPool() throws IOException {
        try (BufferPool pool = BufferPool.allocate(1, 4096);
                BufferPool other = BufferPool.allocate(2, 4096)) {
            AlignedBuffer buffer = take(pool);
            AlignedBuffer foreign = take(other);
            assertThatThrownBy(() -> pool.release(foreign))
                    .isInstanceOf(IllegalStateException.class);
            pool.release(buffer);
            assertThatThrownBy(() -> pool.release(buffer))
                    .isInstanceOf(IllegalStateException.class);
            other.release(foreign);
        }
    }

    @Test
    void sizesBeyondTheBoundsAreRefused() {
        assertThatThrownBy(() -> BufferPool.allocate(0, 4096))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BufferPool.allocate(1, 4095))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BufferPool.allocate(65, 16 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most");
    }

    private static AlignedBuffer take(BufferPool pool) {
        return Objects.requireNonNull(pool.tryAcquire());
    }
}
