package io.tenure.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Valid records from a seed, with values from the edges as often as from the middle. */
final class RandomRecords {
    private final Random random;

    RandomRecords(long seed) {
        this.random = new Random(seed);
    }

    VolumeRecord next(int slotIndex) {
        String path = text(1 + random.nextInt(90), true);
        int left = VolumeRecord.MAX_STRING_BYTES - StrictText.encode("path", path).length - 1 - 8;
        boolean device = random.nextBoolean();
        return new VolumeRecord(
                slotIndex,
                Samples.DOMAIN,
                uuid(),
                uuid(),
                random.nextBoolean() ? Optional.of(uuid()) : Optional.empty(),
                (1 + (positive() >>> 9) % ((1L << 54) - 1)) << 9,
                VolumeFormat.RAW,
                pick(Allocation.values()),
                device ? DataLocation.device("/" + path) : DataLocation.file(path),
                instant(),
                text(random.nextInt(left + 1), false),
                state());
    }

    private VolumeState state() {
        List<Transition> transitions = new ArrayList<>();
        long generation = Math.max(positive(), 3);
        long reached = generation;
        boolean released = false;
        int count = random.nextInt(VolumeState.MAX_TRANSITIONS + 1);
        for (int i = 0; i < count; i++) {
            TransitionKind kind = pick(TransitionKind.values());
            released |= kind == TransitionKind.RELEASED;
            reached -= kind.bumpsGeneration() ? 1 : 0;
            transitions.add(
                    new Transition(
                            reached,
                            kind,
                            uuid(),
                            positive() & Transition.MAX_HOST_ID,
                            instant(),
                            code(kind)));
        }
        Legality legality = pick(Legality.values());
        boolean active = legality != Legality.REMOVED && random.nextBoolean();
        return new VolumeState(
                generation,
                legality,
                active
                        ? Optional.of(
                                new ActiveJob(
                                        uuid(),
                                        positive() & Transition.MAX_HOST_ID,
                                        positive(),
                                        instant()))
                        : Optional.empty(),
                transitions,
                !active && random.nextBoolean()
                        ? Optional.of(
                                new Quarantine(
                                        Math.max(1, positive() & Transition.MAX_HOST_ID),
                                        positive()))
                        : Optional.empty(),
                released ? Optional.of("r".repeat(1 + random.nextInt(8))) : Optional.empty());
    }

    private int code(TransitionKind kind) {
        return switch (kind) {
            case FAILED -> 1 + random.nextInt(0xFFFF);
            case FENCED -> random.nextBoolean() ? random.nextInt(0x10000) : 0;
            default -> 0;
        };
    }

    private long positive() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> Long.MAX_VALUE - random.nextInt(3);
            default -> random.nextLong() & Long.MAX_VALUE;
        };
    }

    private Instant instant() {
        return Instant.ofEpochMilli(random.nextInt(8) == 0 ? random.nextLong() : positive());
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong() | 1);
    }

    private <E> E pick(E[] values) {
        return values[random.nextInt(values.length)];
    }

    /** Text of at most so many bytes, from characters of one to four bytes. */
    private String text(int maxBytes, boolean forPath) {
        int[] alphabet = {'a', 'Z', forPath ? '-' : '/', 0x7F, 0xE9, 0x20AC, 0xFFFD, 0x1F4BE};
        StringBuilder text = new StringBuilder();
        if (forPath) {
            text.append('p');
        }
        while (true) {
            String more = Character.toString(alphabet[random.nextInt(alphabet.length)]);
            if (StrictText.encode("text", text + more).length > maxBytes) {
                return text.toString();
            }
            text.append(more);
        }
    }
}
