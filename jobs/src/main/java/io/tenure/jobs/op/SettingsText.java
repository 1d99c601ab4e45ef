package io.tenure.jobs.op;

import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyTarget;
import io.tenure.io.copy.CopyTuning;
import io.tenure.jobs.IoPriority;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The settings of a job as text, and back; what is not there is the default. */
final class SettingsText {
    private static final String ENGINE = "engine";
    private static final String REQUEST_BYTES = "request-bytes";
    private static final String DEPTH = "depth";
    private static final String RATE_LIMIT = "rate-limit";
    private static final String STATE = "state";
    private static final String ZEROING = "zeroing";
    private static final String PREALLOCATE = "preallocate";
    private static final String OFFLOAD = "offload";
    private static final String CHECK = "check";
    private static final String PRIORITY = "priority";
    private static final String PRIORITY_LEVEL = "priority-level";

    private final Map<String, String> parameters;

    SettingsText() {
        this.parameters = new HashMap<>();
    }

    SettingsText(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    Map<String, String> parameters() {
        return parameters;
    }

    SettingsText put(String name, Object value) {
        parameters.put(name, value instanceof Enum<?> one ? one.name() : value.toString());
        return this;
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    String required(String name) {
        return get(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
    }

    <E extends Enum<E>> E oneOf(String name, E otherwise) {
        String text = parameters.get(name);
        return text == null ? otherwise : Enum.valueOf(otherwise.getDeclaringClass(), text);
    }

    private long number(String name, long otherwise) {
        String text = parameters.get(name);
        return text == null ? otherwise : Long.parseLong(text);
    }

    SettingsText put(CopySettings settings) {
        CopyTuning tuning = settings.tuning();
        CopyTarget target = settings.target();
        return put(ENGINE, tuning.engine())
                .put(REQUEST_BYTES, tuning.requestBytes())
                .put(DEPTH, tuning.depth())
                .put(RATE_LIMIT, tuning.rateLimitBytesPerSecond())
                .put(STATE, target.state())
                .put(ZEROING, target.zeroing())
                .put(PREALLOCATE, target.preallocate())
                .put(OFFLOAD, target.offload())
                .put(CHECK, settings.check())
                .put(settings.ioPriority());
    }

    CopySettings forCopy() {
        CopyTuning tuning = CopyTuning.DEFAULT;
        CopyTarget target = CopyTarget.DEFAULT;
        return new CopySettings(
                new CopyTuning(
                        oneOf(ENGINE, tuning.engine()),
                        Math.toIntExact(number(REQUEST_BYTES, tuning.requestBytes())),
                        Math.toIntExact(number(DEPTH, tuning.depth())),
                        number(RATE_LIMIT, tuning.rateLimitBytesPerSecond())),
                new CopyTarget(
                        oneOf(STATE, target.state()),
                        oneOf(ZEROING, target.zeroing()),
                        Boolean.parseBoolean(get(PREALLOCATE).orElse("false")),
                        oneOf(OFFLOAD, target.offload())),
                oneOf(CHECK, CopyPlan.Check.NONE),
                priority());
    }

    SettingsText put(ZeroSettings settings) {
        return put(RATE_LIMIT, settings.rateLimitBytesPerSecond()).put(settings.ioPriority());
    }

    ZeroSettings forZeroes() {
        return new ZeroSettings(
                number(RATE_LIMIT, ZeroSettings.DEFAULT.rateLimitBytesPerSecond()), priority());
    }

    private SettingsText put(IoPriority priority) {
        return put(PRIORITY, priority.kind()).put(PRIORITY_LEVEL, priority.level());
    }

    private IoPriority priority() {
        return new IoPriority(
                oneOf(PRIORITY, IoPriority.NONE.kind()),
                Math.toIntExact(number(PRIORITY_LEVEL, 0)));
    }
}
