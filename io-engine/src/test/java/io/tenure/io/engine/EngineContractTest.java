package io.tenure.io.engine;

import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.testing.io.InlineEngine;
import io.tenure.testing.io.IoEngineContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Nested;

/** The contract of engines, for every engine. */
final class EngineContractTest {

    @Nested
    final class Threads extends IoEngineContract {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return new ThreadEngine(gate, DEPTH, 3);
        }

        @Override
        protected BlockDevice openDevice(Path path, long sizeBytes) throws IOException {
            return BlockDevices.create(path, sizeBytes);
        }
    }

    @Nested
    final class OneThread extends IoEngineContract {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return new ThreadEngine(gate, DEPTH, 1);
        }

        @Override
        protected BlockDevice openDevice(Path path, long sizeBytes) throws IOException {
            return BlockDevices.create(path, sizeBytes);
        }
    }

    @Nested
    final class Inline extends IoEngineContract {
        @Override
        protected IoEngine createEngine(IoGate gate) {
            return new InlineEngine(gate, DEPTH, new Random(1));
        }

        @Override
        protected BlockDevice openDevice(Path path, long sizeBytes) throws IOException {
            return BlockDevices.create(path, sizeBytes);
        }
    }
}
