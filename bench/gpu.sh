#!/bin/sh
# Carries the executor to a machine with a GPU that has neither network nor Java nor TensorRT, and checks it there.
#   gpu.sh pack PIECES                          here: writes pieces below 64 MiB
#   gpu.sh run [--rehearse] PIECES OUT [PART …] there: joins the pieces, runs all parts or those named, writes OUT/gpu.txt
# The parts: doctor compile clips precise leak faults step. With --rehearse ONNX Runtime stands in for TensorRT, and what
# takes a driver is expected to end with exit code 4: so the script itself can be tried on a machine without a GPU.
# docs/gpu.md says what is checked, and what of it has been seen.
set -eu

piece=60m
parts='doctor compile clips precise leak faults step'

fail() {
    printf 'gpu.sh: %s\n' "$1" >&2
    exit 4
}

usage() {
    fail 'usage: gpu.sh pack PIECES | run [--rehearse] PIECES OUT [PART …]'
}

pack() {
    pieces=$1
    home=$(cd "$(dirname "$0")/.." && pwd -P)
    [ -f "$home/trt-engines/shapes/bundle.json" ] || fail "the bundle trt-engines/shapes is missing."
    command -v jlink >/dev/null || fail "there is no jlink on the PATH; install a JDK 17."
    "$home/bin/generate-video" --version >/dev/null || fail "the executor cannot be built here; see above."
    mkdir -p "$pieces"
    pieces=$(cd "$pieces" && pwd -P)
    rm -f "$pieces"/gpu.tar.gz.* "$pieces/digests"
    work=$pieces/.work
    rm -rf "$work"
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/gpu/bundles" "$work/gpu/bin"
    cp -r "$home/target/executor/lib" "$work/gpu/lib"
    cp "$home/bin/generate-video" "$work/gpu/bin/"
    cp -r "$home/trt-engines/shapes" "$work/gpu/bundles/shapes"
    rm -rf "$work/gpu/bundles/shapes/training"
    cp "$home/bench/wan_step.py" "$work/gpu/"
    cp -r "$home/src/main/resources/io/jenkins/plugins/generatevideo/executor/bundle/wan_export" "$work/gpu/"
    jlink --add-modules java.se,jdk.unsupported,jdk.management,jdk.zipfs,jdk.crypto.ec --strip-debug --no-header-files \
        --no-man-pages --output "$work/gpu/java"
    "$home/bin/generate-video" doctor --progress none --fetch-tensorrt "$work/gpu/tensorrt" >"$work/doctor.txt"
    tar -C "$work" -cf - gpu | gzip -1 | split -b $piece - "$pieces/gpu.tar.gz."
    cp "$0" "$pieces/gpu.sh"
    (cd "$pieces" && sha256sum gpu.tar.gz.* >digests)
    ls -l "$pieces"
}

# check NAME CODE COMMAND…: runs a command and notes its time and whether it ended with the expected exit code
check() {
    name=$1
    expected=$2
    shift 2
    begin=$(date +%s.%N)
    code=0
    echo "== $name" >>"$out/log.txt"
    "$@" >"$out/latest.txt" 2>>"$out/log.txt" </dev/null || code=$?
    end=$(date +%s.%N)
    cat "$out/latest.txt" >>"$out/log.txt"
    [ $code -eq "$expected" ] && verdict=good || verdict="NOT $expected"
    awk -v n="$name" -v c="$code" -v v="$verdict" -v b="$begin" -v e="$end" \
        'BEGIN { printf "%-46s exit %3d  %-8s %8.2f s\n", n, c, v, e - b }' | tee -a "$report"
}

say() {
    echo "$*" | tee -a "$report"
}

clip() {
    "$program" generate --prompt "$prompt" --seed 42 --progress none "$@"
}

# The number under a name in a file of one JSON value a line.
field() {
    sed -n 's/.*"'"$1"'" *: *\([-0-9.eE]*\).*/\1/p' "$2" | head -n 1
}

part_doctor() {
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | tee -a "$report" || :
    check 'doctor' 0 "$program" doctor
    grep -A 1 -E '^(GPU|TensorRT) ' "$out/latest.txt" | tee -a "$report" || :
}

part_compile() {
    check 'compile shapes' $gpu "$program" bundle compile shapes --output "$out"
    check 'compile shapes, kept' $gpu "$program" bundle compile shapes
}

part_clips() {
    "$program" bundle inspect shapes | awk '$1 == "mode" { print $2 }' >"$out/modes.txt"
    while read -r mode <&3; do
        check "generate $mode, $backend" 0 clip --mode "$mode" --backend $backend --output "$out/$mode-gpu"
        check "generate $mode, onnxruntime" 0 clip --mode "$mode" --backend onnxruntime --output "$out/$mode-cpu"
        check "compare $mode, PSNR 35 dB" 0 "$program" compare "$out/$mode-cpu" "$out/$mode-gpu" --min-psnr 35 \
            --output "$out/compare-$mode"
        say "  seconds of $mode: $backend $(field totalSeconds "$out/$mode-gpu/clip.json")," \
            "onnxruntime $(field totalSeconds "$out/$mode-cpu/clip.json")"
    done 3<"$out/modes.txt"
    mode=$(head -n 1 "$out/modes.txt")
    check "generate $mode, $backend, again" 0 clip --mode "$mode" --backend $backend --output "$out/again"
    first=$(grep frameDigest "$out/$mode-gpu/clip.json" || :)
    [ -n "$first" ] && [ "$first" = "$(grep frameDigest "$out/again/clip.json" || :)" ] && same=yes || same=NO
    say "  same frames twice: $same"
}

part_precise() {
    rm -rf "$out/bundles"
    mkdir -p "$out/bundles"
    cp -r "$out/gpu/bundles/shapes" "$out/bundles/shapes"
    sed 's/"precision": *"[a-z0-9]*"/"precision": "fp32"/' "$out/gpu/bundles/shapes/bundle.json" \
        >"$out/bundles/shapes/bundle.json"
    check 'generate in 32 bits' 0 clip --bundle "$out/bundles/shapes" --backend $backend --output "$out/precise-gpu"
    check 'generate, onnxruntime' 0 clip --backend onnxruntime --output "$out/precise-cpu"
    check 'compare in 32 bits, PSNR 45 dB' 0 "$program" compare "$out/precise-cpu" "$out/precise-gpu" --min-psnr 45 \
        --output "$out/compare-precise"
}

part_leak() {
    mode=$("$program" bundle inspect shapes | awk '$1 == "mode" { print $2 }' | tail -n 1)
    check "$clips clips of $mode in one process" 0 "$program" bench clips --backend $backend --mode "$mode" \
        --prompt "$prompt" --repeat "$clips" --output "$out/leak"
    cp "$out/latest.txt" "$out/leak.jsonl"
    # the first clip loads and finds its places
    sed -n 's/.*"freeBytes":\([0-9]*\).*/\1/p' "$out/leak.jsonl" |
        awk 'NR == 2 { first = $1 } { last = $1 } END { printf "  free bytes after clip 2: %s, after the last: %s\n", first, last }' |
        tee -a "$report"
    sed -n 's/.*"totalSeconds":\([0-9.]*\).*/\1/p' "$out/leak.jsonl" | sort -n |
        awk '{ t[NR] = $1 } END { printf "  seconds of a clip, median: %s\n", t[int((NR + 1) / 2)] }' | tee -a "$report"
}

part_faults() {
    GENERATE_VIDEO_TENSORRT=$out/nothing check 'no TensorRT' 4 clip --backend tensorrt --output "$out/fault"
    CUDA_VISIBLE_DEVICES='' check 'no GPU' 4 clip --backend tensorrt --output "$out/fault"
    for plan in "$out"/cache/tensorrt/*/engine.plan; do
        [ -f "$plan" ] || continue
        printf damage | dd of="$plan" bs=1 seek=100 conv=notrunc 2>/dev/null
    done
    check 'damaged engines are compiled again' 0 clip --backend $backend --output "$out/mended"
    check 'a driver is needed to compile' $gpu "$program" bundle compile shapes --force
    check 'auto always makes a clip' 0 clip --backend auto --output "$out/auto"
    say "  auto ran on $(sed -n 's/.*"name" *: *"\([a-z]*\)".*/\1/p' "$out/auto/clip.json" | tail -n 1)"
}

part_step() {
    python3 -c 'import torch, onnx' 2>/dev/null || {
        say 'no PyTorch or onnx: the step of Wan-1.3B geometry was not measured'
        return
    }
    step=$out/gpu/wan_step.py
    mkdir -p "$out/step"
    check 'export the step' 0 python3 "$step" export $tiny "$out/step"
    python3 "$step" arguments $tiny "$out/step" >"$out/step/arguments.txt"
    # shellcheck disable=SC2046
    check "the step, $backend" 0 "$program" bench network "$out/step/step.onnx" $(cat "$out/step/arguments.txt") \
        --expect "$out/step/output.f32" --backend $backend --precision $precision
    cat "$out/latest.txt" | tee -a "$report"
    if [ $gpu -eq 0 ]; then
        check 'the step, PyTorch' 0 python3 "$step" time
        cat "$out/latest.txt" | tee -a "$report"
    fi
}

run() {
    gpu=0 backend=tensorrt clips=200 tiny='' precision=bf16
    if [ "${1:-}" = --rehearse ]; then
        gpu=4 backend=onnxruntime clips=2 tiny=--tiny precision=fp32
        shift
    fi
    [ $# -ge 2 ] || usage
    pieces=$(cd "$1" && pwd -P)
    mkdir -p "$2"
    out=$(cd "$2" && pwd -P)
    shift 2
    report=$out/gpu.txt
    if [ ! -f "$out/gpu/unpacked" ]; then
        (cd "$pieces" && sha256sum -c --quiet digests) || fail "a piece is missing or damaged."
        cat "$pieces"/gpu.tar.gz.* | tar -C "$out" -xzf -
        : >"$out/gpu/unpacked"
        : >"$report"
    fi
    export JAVA_HOME="$out/gpu/java" GENERATE_VIDEO_TENSORRT="$out/gpu/tensorrt" GENERATE_VIDEO_CACHE="$out/cache"
    program="$out/gpu/bin/generate-video"
    prompt='a red ball rolls from left to right across a green meadow'
    for part in ${*:-$parts}; do
        case " $parts " in
            *" $part "*) "part_$part" ;;
            *) fail "there is no part $part; the parts are $parts." ;;
        esac
    done
    echo "report: $report, all output: $out/log.txt"
    ! grep -q -E 'NOT [0-9]|: NO$' "$report"
}

case ${1:-} in
    pack)
        [ $# -eq 2 ] || usage
        pack "$2"
        ;;
    run)
        shift
        run "$@"
        ;;
    *) usage ;;
esac
