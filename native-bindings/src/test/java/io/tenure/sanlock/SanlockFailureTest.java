package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlockReturn;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One code, several meanings. */
final class SanlockFailureTest {
    @Test
    void minus_one_is_a_lease_not_held_or_a_daemon_that_hung_up() {
        assertThat(SanlockFailure.of(SanlockOperation.RELEASE, -1, true))
                .isEqualTo(SanlockFailure.NOT_HELD);
        assertThat(SanlockFailure.of(SanlockOperation.RELEASE, -1, false))
                .isEqualTo(SanlockFailure.DAEMON_GONE);
        assertThat(SanlockFailure.of(SanlockOperation.INQUIRE, -1, false))
                .isEqualTo(SanlockFailure.DAEMON_GONE);
    }

    @Test
    void enoent_is_a_file_a_lockspace_or_the_daemon() {
        assertThat(SanlockFailure.of(SanlockOperation.READ_RESOURCE, -Errno.ENOENT, true))
                .isEqualTo(SanlockFailure.NO_FILE);
        assertThat(SanlockFailure.of(SanlockOperation.LIST_HOSTS, -Errno.ENOENT, true))
                .isEqualTo(SanlockFailure.NOT_JOINED);
        assertThat(SanlockFailure.of(SanlockOperation.READ_RESOURCE, -Errno.ENOENT, false))
                .isEqualTo(SanlockFailure.DAEMON_GONE);
    }

    @Test
    void eacces_is_the_socket_or_the_file() {
        assertThat(SanlockFailure.of(SanlockOperation.REGISTER, -Errno.EACCES, false))
                .isEqualTo(SanlockFailure.SOCKET_REFUSED);
        assertThat(SanlockFailure.SOCKET_REFUSED.advice()).contains("group sanlock");
        assertThat(SanlockFailure.of(SanlockOperation.READ_RESOURCE, -Errno.EACCES, true))
                .isEqualTo(SanlockFailure.FILE_REFUSED);
    }

    @Test
    void eexist_is_a_lease_or_a_lockspace() {
        assertThat(SanlockFailure.of(SanlockOperation.ACQUIRE, -Errno.EEXIST, true))
                .isEqualTo(SanlockFailure.HELD_HERE);
        assertThat(SanlockFailure.of(SanlockOperation.ADD_LOCKSPACE, -Errno.EEXIST, true))
                .isEqualTo(SanlockFailure.ALREADY_JOINED);
    }

    @Test
    void enospc_is_a_lockspace_not_joined_or_an_answer_that_did_not_fit() {
        assertThat(SanlockFailure.of(SanlockOperation.ACQUIRE, -Errno.ENOSPC, true))
                .isEqualTo(SanlockFailure.NOT_JOINED);
        assertThat(SanlockFailure.of(SanlockOperation.LIST_LOCKSPACES, -Errno.ENOSPC, true))
                .isEqualTo(SanlockFailure.OTHER);
    }

    @ParameterizedTest
    @ValueSource(ints = {-243, -244, -245, -246, -247, -Errno.EAGAIN})
    void whoever_lost_against_another_host_may_try_again(int code) {
        SanlockException e = new SanlockException(SanlockOperation.ACQUIRE, "it", code, true);
        assertThat(e.isHeldElsewhere()).isTrue();
        assertThat(e.code()).isEqualTo(code);
        assertThat(e).hasMessageStartingWith("cannot acquire it: " + e.symbol() + " (");
        assertThat(e).hasMessageContaining("try again later");
    }

    @ParameterizedTest
    @ValueSource(ints = {-202, -210, -211, -220, -221, -Errno.EIO})
    void storage_trouble_is_told_as_such(int code) {
        assertThat(new SanlockException(SanlockOperation.ACQUIRE, "it", code, true))
                .hasMessageContaining("check the storage");
    }

    @Test
    void every_code_of_sanlock_tells_its_meaning_and_what_to_do() throws IllegalAccessException {
        for (Field field : SanlockReturn.class.getFields()) {
            int code = field.getInt(null);
            if (code >= 0 || !field.getName().startsWith("SANLK_")) {
                continue;
            }
            SanlockException e = new SanlockException(SanlockOperation.ACQUIRE, "it", code, true);
            assertThat(e.symbol()).isEqualTo(field.getName());
            assertThat(e.meaning()).as(field.getName()).isNotEmpty();
            assertThat(e.advice()).as(field.getName()).isNotEmpty();
            assertThat(e).hasMessageContaining(e.symbol()).hasMessageEndingWith(e.advice());
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_failure_ends_a_sentence_or_has_a_meaning_without_advice(SanlockFailure failure) {
        assertThat(failure.meaning() + failure.advice()).doesNotContain(".");
        assertThat(failure.meaning().isEmpty()).isEqualTo(failure.advice().isEmpty());
    }

    @Test
    void ebusy_is_a_lockspace_in_use_an_event_on_its_way_or_an_index_at_work() {
        assertThat(SanlockFailure.of(SanlockOperation.REMOVE_LOCKSPACE, -Errno.EBUSY, true))
                .isEqualTo(SanlockFailure.LOCKSPACE_IN_USE);
        assertThat(SanlockFailure.of(SanlockOperation.SEND_EVENT, -Errno.EBUSY, true))
                .isEqualTo(SanlockFailure.EVENT_PENDING);
        assertThat(SanlockFailure.of(SanlockOperation.INDEX_CREATE, -Errno.EBUSY, true))
                .isEqualTo(SanlockFailure.INDEX_BUSY);
    }

    @Test
    void a_code_that_says_different_things_is_told_as_the_library_words_it() {
        assertThat(new SanlockException(SanlockOperation.INQUIRE, "it", -Errno.ENOMEM, true))
                .hasMessage("cannot inquire it: " + SanlockReturn.describe(-Errno.ENOMEM));
    }
}
