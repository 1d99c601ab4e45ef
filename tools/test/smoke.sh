#!/bin/sh
# Tries the launcher and check as people use them: from other folders, through links, with good and bad surroundings.
# What would need a build uses a scratch checkout with a Maven and a JDK that only pretend.
#
# Usage: tools/test/smoke.sh [REPORT]   REPORT: a file for the results in surefire's XML
# Needs what a build needs; builds the program if that has not been done.
set -u

script=$(readlink -f -- "$0") || exit 1
root=${script%/tools/test/smoke.sh}
tenure=$root/tools/bin/tenure
report=${1-}

# Everything made or removed here lies in this folder. Without one nothing may go on: paths would begin at the root.
scratch=$(mktemp -d) && [ -d "$scratch" ] || exit 1
trap 'chmod -R u+w "$scratch"; rm -rf "${scratch:?}"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cases=$scratch/cases.xml
: >"$cases"
tests=0
failures=0

# ---- How a test says what it expects ----------------------------------------------------------------------------

# Runs a command; leaves its exit code in code, what it printed in the files out and err.
run() {
    out=$scratch/out
    err=$scratch/err
    "$@" >"$out" 2>"$err"
    code=$?
}

# The first problem of a test is the one that is told.
fail() {
    problem=${problem:-$1}
}

expect_code() {
    [ "$code" = "$1" ] || fail "exit code $code instead of $1"
}

# $1: out or err; $2: a shell pattern that all of it has to match.
expect_text() {
    # The pattern is one.
    # shellcheck disable=SC2254
    case $(cat "$scratch/$1") in
    $2) ;;
    *) fail "$1 is not like: $2" ;;
    esac
}

expect_lines() {
    lines=$(wc -l <"$scratch/$1")
    [ "$lines" = "$2" ] || fail "$lines lines in $1 instead of $2"
}

escape() {
    sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g' | tr -d '\000-\010\013\014\016-\037'
}

# $1: the rule that the function $2 tries.
check() {
    tests=$((tests + 1))
    problem=
    : >"$scratch/out"
    : >"$scratch/err"
    "$2"
    if [ -z "$problem" ]; then
        printf 'ok      %s\n' "$1"
        printf '  <testcase classname="smoke" name="%s"/>\n' "$(printf '%s' "$1" | escape)" >>"$cases"
    else
        failures=$((failures + 1))
        printf 'FAILED  %s: %s\n' "$1" "$problem"
        sed 's/^/        out: /' "$scratch/out"
        sed 's/^/        err: /' "$scratch/err"
        printf '  <testcase classname="smoke" name="%s"><failure message="%s"/></testcase>\n' \
            "$(printf '%s' "$1" | escape)" "$(printf '%s' "$problem" | escape)" >>"$cases"
    fi
}

# ---- A scratch checkout with pretenders --------------------------------------------------------------------------

# $1: folder; $2: version. A JDK whose java tells its process id and its arguments.
make_jdk() {
    mkdir -p "$1/bin"
    printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\n' "$2" >"$1/release"
    cat >"$1/bin/java" <<'JAVA'
#!/bin/sh
home=${0%/bin/java}
for argument in "$@"; do
    case $argument in
    -XX:AOTCacheOutput=*)
        echo run >>"$home/trainings"
        [ ! -e "$home/cannot-train" ] || exit 1
        echo cache >"${argument#*=}"
        exit
        ;;
    esac
done
printf 'java %s\n' "$home"
printf 'pid %s\n' "$$"
printf 'argument %s\n' "$@"
JAVA
    cp "$1/bin/java" "$1/bin/javac"
    chmod +x "$1/bin/java" "$1/bin/javac"
}

# A checkout in a folder with a space in its name, and an mvn in $fake_bin that counts its runs.
make_checkout() {
    checkout="${scratch:?}/a checkout"
    fake_bin=${scratch:?}/pretended-bin
    jdks=${scratch:?}/pretended-jdks
    chmod -R u+w "$checkout" 2>/dev/null
    rm -rf "$checkout" "$fake_bin" "$jdks"
    mkdir -p "$checkout/tools" "$fake_bin" "$jdks"
    cp -R "$root/tools/bin" "$checkout/tools/bin"
    touch "$checkout/pom.xml"
    for module in native-bindings metadata-format io-engine jobs tools; do
        mkdir -p "$checkout/$module/src/main/java"
        touch "$checkout/$module/pom.xml" "$checkout/$module/src/main/java/A.java" "$checkout/$module/src/main/java/B.java"
    done
    # Well in the past, so that a jar made now is newer whatever the clock's grain.
    find "$checkout" -exec touch -d '1 hour ago' {} +
    make_jdk "$jdks/j25" 25.0.1
    cat >"$fake_bin/mvn" <<MVN
#!/bin/sh
echo run >>"$scratch/mvn-runs"
sleep 0.3
mkdir -p "$checkout/tools/target"
echo jar >"$checkout/tools/target/tenure.jar"
MVN
    chmod +x "$fake_bin/mvn"
    : >"$scratch/mvn-runs"
}

# The launcher of the scratch checkout with nothing but what the test gave it.
pretend() {
    env -i HOME="$scratch" PATH="$fake_bin:$system_path" TENURE_JDK_PATTERNS="$jdks/*" "$@"
}

# The system's commands without any java or mvn.
system_path=${scratch:?}/system
mkdir -p "$system_path"
for command in sh env readlink find flock mkdir mv rm touch tail sed tr cat chmod cp sleep id awk comm date grep mktemp sort; do
    ln -s "$(command -v "$command")" "$system_path/$command"
done

expect_builds() {
    builds=$(wc -l <"$scratch/mvn-runs")
    [ "$builds" = "$1" ] || fail "$builds builds instead of $1"
}

# ---- The real program --------------------------------------------------------------------------------------------

"$tenure" --version >/dev/null || exit 1

runs_from_anywhere_through_links() {
    ln -sf "$tenure" "$scratch/link"
    ln -sf "$scratch/link" "$scratch/link to a link"
    cd / || return
    run "$scratch/link to a link" --version
    cd "$root" || return
    expect_code 0
    expect_text out 'tenure [0-9]*'
    expect_lines out 1
    expect_lines err 0
}
check 'it runs from any folder and through links, and says nothing else' runs_from_anywhere_through_links

keeps_arguments_whole() {
    run "$tenure" "two  words; \$HOME * Größe"
    expect_code 2
    expect_text err "tenure: unknown noun 'two  words; \$HOME \* Größe'*"
    expect_lines err 1
}
check 'arguments arrive whole, with spaces and what a shell would expand' keeps_arguments_whole

reads_utf8_in_the_c_locale() {
    run env -u LANG -u LC_CTYPE LC_ALL=C "$tenure" Größe
    expect_text err "tenure: unknown noun 'Größe'*"
}
check 'names that are not ASCII survive the C locale' reads_utf8_in_the_c_locale

usage_errors_are_code_2() {
    run "$tenure" --json nothing
    expect_code 2
    expect_text out '{"error":"usage",*"exit_code":2}'
    expect_lines out 1
    expect_lines err 0
}
check 'a usage error is exit code 2, with --json one object' usage_errors_are_code_2

# ---- The search for a JDK ----------------------------------------------------------------------------------------

no_jdk() {
    make_checkout
    rm -rf "$jdks"
    make_jdk "$jdks/old" 17.0.15
    run pretend JAVA_HOME="$scratch/nowhere" "$checkout/tools/bin/tenure" --version
    expect_code 7
    expect_lines err 1
    expect_text err "tenure: a JDK 22 or newer is needed*$scratch/nowhere*$jdks/\**17 in $jdks/old*install one*"
    expect_lines out 0
    run pretend "$checkout/tools/bin/tenure" demo --json
    expect_code 7
    expect_lines err 0
    expect_text out '{"error":"environment","message":"*","exit_code":7}'
    expect_builds 0
}
check 'without a JDK one line says what was found and what to install, exit code 7' no_jdk

passes_over_old_ones() {
    make_checkout
    make_jdk "$jdks/a17" 17.0.15
    make_jdk "$jdks/b8" 1.8.0_402
    make_jdk "$jdks/c without a version" ''
    run pretend JAVA_HOME="$jdks/a17" "$checkout/tools/bin/tenure" --version
    expect_code 0
    expect_text out "java $jdks/j25
*"
}
check 'a JAVA_HOME that is too old is passed over, and so are old folders' passes_over_old_ones

order_of_search() {
    make_checkout
    make_jdk "$scratch/home jdk" 22
    make_jdk "$scratch/path jdk" 23-ea
    ln -sf "$scratch/path jdk/bin/java" "$fake_bin/java"
    ln -sf "$scratch/path jdk/bin/javac" "$fake_bin/javac"
    run pretend JAVA_HOME="$scratch/home jdk" "$checkout/tools/bin/tenure" --version
    expect_text out "java $scratch/home jdk
*"
    run pretend "$checkout/tools/bin/tenure" --version
    expect_text out "java $scratch/path jdk
*"
    rm "$fake_bin/java"
    run pretend "$checkout/tools/bin/tenure" --version
    expect_text out "java $jdks/j25
*"
}
check 'JAVA_HOME comes before PATH, and PATH before the folders' order_of_search

becomes_the_jvm() {
    make_checkout
    run pretend "$checkout/tools/bin/tenure" --version
    env -i HOME="$scratch" PATH="$fake_bin:$system_path" TENURE_JDK_PATTERNS="$jdks/*" \
        "$checkout/tools/bin/tenure" 'two  words' '' >"$scratch/out" 2>"$scratch/err" &
    launched=$!
    wait "$launched"
    expect_text out "*pid $launched
*argument -cp
argument $checkout/tools/target/tenure.jar
argument io.tenure.tools.Main
argument two  words
argument "
}
check 'it becomes the JVM: signals for it reach the JVM, arguments stay as they are' becomes_the_jvm

# ---- The build ---------------------------------------------------------------------------------------------------

builds_once() {
    make_checkout
    run pretend "$checkout/tools/bin/tenure" --version
    expect_code 0
    expect_lines err 1
    expect_text err 'tenure: building the project*'
    run pretend "$checkout/tools/bin/tenure" --version
    expect_lines err 0
    expect_builds 1
}
check 'the first run builds and says so in one line, the next does not' builds_once

builds_after_changes() {
    make_checkout
    run pretend "$checkout/tools/bin/tenure" --version
    touch -d '1 minute' "$checkout/jobs/src/main/java/A.java"
    run pretend "$checkout/tools/bin/tenure" --version
    expect_builds 2
    touch -d '1 hour ago' "$checkout/jobs/src/main/java/A.java"
    run pretend "$checkout/tools/bin/tenure" --version
    expect_builds 2
    sleep 0.1
    rm "$checkout/io-engine/src/main/java/B.java"
    run pretend "$checkout/tools/bin/tenure" --version
    expect_builds 3
    run pretend "$checkout/tools/bin/tenure" --version
    expect_builds 3
}
check 'a source that was changed or removed leads to a build' builds_after_changes

two_at_once() {
    make_checkout
    pretend "$checkout/tools/bin/tenure" --version >/dev/null 2>&1 &
    first=$!
    pretend "$checkout/tools/bin/tenure" --version >/dev/null 2>&1 &
    second=$!
    wait "$first" || fail 'the first failed'
    wait "$second" || fail 'the second failed'
    expect_builds 1
}
check 'two at once build once' two_at_once

failed_build() {
    make_checkout
    cat >"$fake_bin/mvn" <<MVN
#!/bin/sh
mkdir -p "$checkout/tools/target"
echo half >"$checkout/tools/target/tenure.jar"
echo 'it does not compile'
exit 1
MVN
    run pretend "$checkout/tools/bin/tenure" --version
    expect_code 7
    expect_text err 'tenure: building the project*
it does not compile
tenure: the build failed*'
    [ ! -e "$checkout/tools/target/tenure.jar" ] || fail 'a half-made jar was left'
}
check 'a failed build shows the end of its log, leaves no half-made jar, exit code 7' failed_build

no_maven() {
    make_checkout
    rm "$fake_bin/mvn"
    run pretend "$checkout/tools/bin/tenure" --version
    expect_code 7
    expect_lines err 1
    expect_text err 'tenure: Maven is needed*'
}
check 'without Maven one line says so, exit code 7' no_maven

# Root may write everywhere, so what may not write runs as nobody, if they can.
as_ordinary_user() {
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$scratch"
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# ---- The cache of classes ----------------------------------------------------------------------------------------

expect_trainings() {
    touch "$jdks/j25/trainings"
    trainings=$(wc -l <"$jdks/j25/trainings")
    [ "$trainings" = "$1" ] || fail "$trainings caches made instead of $1"
    for left in "$checkout/tools/target/training"*; do
        [ ! -e "$left" ] || fail "left behind: $left"
    done
}

cache_in_use() {
    run "$tenure" --version
    case $(cat "$scratch/out") in
    *'(Java 2[234])'*) return ;; # they can make none
    esac
    run env TENURE_JAVA_OPTIONS=-Xlog:class+load "$tenure" --version
    expect_text out '*io.tenure.tools.Main source: shared objects file*picocli.CommandLine source: shared objects file*tenure [0-9]*'
}
check 'the program finds its classes and those of the parser in the cache' cache_in_use

cache_of_the_jar() {
    make_checkout
    run pretend "$checkout/tools/bin/tenure" --version
    expect_text out "*argument -XX:AOTCache=$checkout/tools/target/tenure-25.0.1.aot
*"
    run pretend "$checkout/tools/bin/tenure" --version
    expect_trainings 1
    for time in '1 minute' '1 minute ago'; do
        touch -d "$time" "$checkout/tools/target/tenure.jar"
        find "$checkout" -name '*.java' -exec touch -d '1 hour ago' {} +
        run pretend "$checkout/tools/bin/tenure" --version
        expect_text out '*-XX:AOTCache=*'
    done
    expect_trainings 3
    expect_builds 1
    touch -d '2 minutes' "$checkout/tools/target/tenure.jar"
    chmod -R a-w "$checkout"
    run as_ordinary_user env -i HOME="$scratch" PATH="$fake_bin:$system_path" TENURE_JDK_PATTERNS="$jdks/*" \
        "$checkout/tools/bin/tenure" --version
    expect_code 0
    expect_lines err 0
    case $(cat "$scratch/out") in
    *AOTCache*) fail 'the cache of another jar is used' ;;
    esac
    expect_trainings 3
}
check 'a cache is made for each jar, and one of another jar is never used' cache_of_the_jar

no_cache() {
    make_checkout
    touch "$jdks/j25/cannot-train"
    for _ in 1 2; do
        run pretend "$checkout/tools/bin/tenure" --version
        expect_code 0
        case $(cat "$scratch/out") in
        *AOTCache*) fail 'a cache is used that there is not' ;;
        esac
    done
    expect_trainings 1
    rm -rf "$jdks"
    make_jdk "$jdks/j24" 24.0.2
    run pretend "$checkout/tools/bin/tenure" --version
    expect_code 0
    expect_lines err 0
    [ ! -e "$jdks/j24/trainings" ] || fail 'a JDK is asked for a cache that cannot make one'
}
check 'where no cache can be made the program runs without one, and it is tried once' no_cache

cache_for_two_at_once() {
    make_checkout
    run pretend "$checkout/tools/bin/tenure" --version
    rm "$checkout/tools/target/"*.aot
    pretend "$checkout/tools/bin/tenure" --version >/dev/null 2>&1 &
    first=$!
    pretend "$checkout/tools/bin/tenure" --version >/dev/null 2>&1 &
    second=$!
    wait "$first" || fail 'the first failed'
    wait "$second" || fail 'the second failed'
    run pretend "$checkout/tools/bin/tenure" --version
    expect_text out '*-XX:AOTCache=*'
    [ "$(cat "$checkout/tools/target/tenure-25.0.1.aot")" = cache ] || fail 'the cache is not whole'
}
check 'two at once are no harm to the cache' cache_for_two_at_once

read_only() {
    make_checkout
    run pretend "$checkout/tools/bin/tenure" --version
    chmod -R a-w "$checkout"
    run as_ordinary_user env -i HOME="$scratch" PATH="$fake_bin:$system_path" TENURE_JDK_PATTERNS="$jdks/*" \
        "$checkout/tools/bin/tenure" --version
    expect_code 0
    expect_lines err 0
    expect_text out "java $jdks/j25
*"
}
check 'a built checkout that is read-only runs' read_only

read_only_and_stale() {
    make_checkout
    chmod -R a-w "$checkout"
    run as_ordinary_user env -i HOME="$scratch" PATH="$fake_bin:$system_path" TENURE_JDK_PATTERNS="$jdks/*" \
        "$checkout/tools/bin/tenure" --version
    expect_code 7
    expect_lines err 1
    expect_text err '*has not been built yet*cannot be written*'
    chmod -R u+w "$checkout"
    run pretend "$checkout/tools/bin/tenure" --version
    touch -d '1 minute' "$checkout/pom.xml"
    chmod -R a-w "$checkout"
    run as_ordinary_user env -i HOME="$scratch" PATH="$fake_bin:$system_path" TENURE_JDK_PATTERNS="$jdks/*" \
        "$checkout/tools/bin/tenure" --version
    expect_code 0
    expect_lines err 1
    expect_text err '*sources are newer*'
    expect_builds 1
}
check 'a read-only checkout that needs a build says so' read_only_and_stale

# ---- The check ---------------------------------------------------------------------------------------------------

# Makes the scratch checkout's mvn write one report with the attributes $1 and end with $2.
make_suite() {
    make_checkout
    mkdir -p "$checkout/tools/test" "$checkout/jobs/target/surefire-reports"
    echo 'exit 0' >"$checkout/tools/test/smoke.sh"
    echo '<testsuite name="old" tests="100" failures="100">' >"$checkout/jobs/target/surefire-reports/TEST-old.xml"
    cat >"$fake_bin/mvn" <<MVN
#!/bin/sh
mkdir -p "$checkout/tools/target" "$checkout/jobs/target/surefire-reports" "$checkout/io-engine/target/surefire-reports"
echo jar >"$checkout/tools/target/tenure.jar"
[ -z '$1' ] || cat >"$checkout/jobs/target/surefire-reports/TEST-a.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://example" version="3.0.2" name="a" time="0.4" $1 flakes="0">
  <testcase name="tests=&quot;7&quot;"><![CDATA[<testsuite tests="50">]]></testcase>
</testsuite>
XML
[ -z '$1' ] || cp "$checkout/jobs/target/surefire-reports/TEST-a.xml" "$checkout/io-engine/target/surefire-reports/TEST-b.xml"
exit $2
MVN
    printf '#!/bin/sh\nprintf installed\n' >"$fake_bin/dpkg-query"
    chmod +x "$fake_bin/mvn" "$fake_bin/dpkg-query"
}

expect_last_line() {
    last=$(tail -n 1 "$scratch/out")
    [ "$last" = "$1" ] || fail "the last line is '$last' instead of '$1'"
}

counts_tests() {
    make_suite 'tests="5" errors="0" skipped="0" failures="0"' 0
    run pretend "$checkout/tools/bin/check"
    expect_code 0
    expect_last_line '10 passed, 0 failed, 0 skipped'
}
check 'check sums up the reports of this run and no older ones' counts_tests

reports_failures() {
    make_suite 'tests="5" errors="1" skipped="1" failures="2"' 0
    run pretend "$checkout/tools/bin/check"
    expect_code 1
    expect_last_line '2 passed, 6 failed, 2 skipped'
    make_suite 'tests="5" errors="0" skipped="0" failures="0"' 1
    run pretend "$checkout/tools/bin/check"
    expect_code 1
    expect_text err '*mvn verify failed*'
    make_suite 'tests="5" errors="0" skipped="0" failures="0"' 0
    echo 'exit 1' >"$checkout/tools/test/smoke.sh"
    run pretend "$checkout/tools/bin/check"
    expect_code 1
    make_suite '' 0
    run pretend "$checkout/tools/bin/check"
    expect_code 1
    expect_text err '*no test ran*'
    expect_last_line '0 passed, 0 failed, 0 skipped'
}
check 'check fails when a test, the build or the smoke test fails, or no test ran' reports_failures

refuses_skips_in_ci() {
    make_suite 'tests="5" errors="0" skipped="1" failures="0"' 0
    run pretend "$checkout/tools/bin/check"
    expect_code 0
    expect_last_line '8 passed, 0 failed, 2 skipped'
    run pretend CI=true "$checkout/tools/bin/check"
    expect_code 1
    expect_text err '*none may*'
}
check 'check lets no test skip in CI' refuses_skips_in_ci

names_what_is_missing() {
    make_suite 'tests="5" errors="0" skipped="0" failures="0"' 0
    rm "$fake_bin/dpkg-query" "$fake_bin/mvn"
    run pretend "$checkout/tools/bin/check"
    expect_code 7
    expect_text err '*missing, and may not be installed from here*: maven *'
    rm -rf "$jdks"
    run pretend "$checkout/tools/bin/check"
    expect_code 7
    expect_lines err 1
    expect_text err 'check: a JDK 22 or newer is needed*'
}
check 'check names what is missing where it may not install' names_what_is_missing

runs_benchmarks() {
    results=$scratch/bench.json
    run env "TENURE_JAVA_OPTIONS=-Djava.io.tmpdir=$scratch" "$root/tools/bin/tenure-bench" \
        'RecordBenchmark|RequestBenchmark.read' -f 1 -wi 0 -i 1 -bm ss -foe true \
        -p "directory=$scratch" -rf json -rff "$results"
    expect_code 0
    measured=$(grep -c '"benchmark" : "io.tenure.benchmarks' "$results")
    [ "$measured" -ge 5 ] || fail "$measured results instead of 5 or more"
}
check 'tenure-bench runs benchmarks and writes their results' runs_benchmarks

# ---- The result --------------------------------------------------------------------------------------------------

if [ -n "$report" ]; then
    {
        printf '<?xml version="1.0" encoding="UTF-8"?>\n'
        printf '<testsuite name="smoke" tests="%s" errors="0" skipped="0" failures="%s">\n' "$tests" "$failures"
        cat "$cases"
        printf '</testsuite>\n'
    } >"$report"
fi
printf 'smoke: %s passed, %s failed\n' "$((tests - failures))" "$failures"
[ "$failures" = 0 ]
