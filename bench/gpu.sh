#!/bin/sh
# Carries the executor to a machine with a GPU that has neither network nor Java nor TensorRT, and checks it there.
#   gpu.sh pack PIECES      here, after the executor was built: writes pieces below 64 MiB
#   gpu.sh run PIECES OUT   there: joins them, runs all checks, writes OUT/gpu.txt
# docs/gpu.md says what is checked. The part "run" was never run on a GPU so far.
set -eu

piece=60m
tensorrt=10.15-1.5.13

fail() {
    printf 'gpu.sh: %s\n' "$1" >&2
    exit 4
}

pack() {
    pieces=$1
    home=$(cd "$(dirname "$0")/.." && pwd -P)
    [ -d "$home/target/executor/lib" ] || fail "the executor is not built; run bin/generate-video doctor first."
    [ -f "$home/trt-engines/shapes/bundle.json" ] || fail "the bundle trt-engines/shapes is missing."
    mkdir -p "$pieces"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/gpu/bundles" "$work/gpu/tensorrt" "$work/gpu/bin"
    cp -r "$home/target/executor/lib" "$work/gpu/lib"
    cp "$home/bin/generate-video" "$work/gpu/bin/"
    cp -r "$home/trt-engines/shapes" "$work/gpu/bundles/shapes"
    rm -rf "$work/gpu/bundles/shapes/training"
    cp "$home/bench/wan_step.py" "$work/gpu/"
    jlink --add-modules java.se,jdk.unsupported,jdk.management,jdk.zipfs --strip-debug --no-header-files --no-man-pages \
        --output "$work/gpu/java"
    (cd "$work" && mvn -q -B dependency:copy -Dartifact=org.bytedeco:tensorrt:$tensorrt:jar:linux-x86_64-redist \
        -DoutputDirectory="$work/redist")
    (cd "$work/gpu/tensorrt" && unzip -qj "$work"/redist/*.jar 'org/*.so*')
    tar -C "$work" -cf - gpu | gzip -1 | split -b $piece - "$pieces/gpu.tar.gz."
    cp "$0" "$pieces/gpu.sh"
    (cd "$pieces" && sha256sum gpu.tar.gz.* >digests)
    ls -l "$pieces"
}

run() {
    pieces=$(cd "$1" && pwd -P)
    mkdir -p "$2"
    out=$(cd "$2" && pwd -P)
    (cd "$pieces" && sha256sum -c --quiet digests) || fail "a piece is missing or damaged."
    cat "$pieces"/gpu.tar.gz.* | tar -C "$out" -xzf -
    export JAVA_HOME="$out/gpu/java" GENERATE_VIDEO_TENSORRT="$out/gpu/tensorrt" GENERATE_VIDEO_CACHE="$out/cache"
    program="$out/gpu/bin/generate-video"
    report=$out/gpu.txt
    : >"$report"
    prompt=$(sed -n 's/.*"example": *"\([^"]*\)".*/\1/p' "$out/gpu/bundles/shapes/bundle.json" | head -n 1)
    prompt=${prompt:-a red circle moves right}

    check() {
        name=$1
        shift
        begin=$(date +%s.%N)
        code=0
        "$@" >>"$out/log.txt" 2>&1 </dev/null || code=$?
        end=$(date +%s.%N)
        awk -v n="$name" -v c="$code" -v b="$begin" -v e="$end" \
            'BEGIN { printf "%-44s exit %3d  %8.2f s\n", n, c, e - b }' | tee -a "$report"
    }
    clip() {
        "$program" generate --prompt "$prompt" --seed 42 --progress none "$@"
    }

    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | tee -a "$report" || :
    check 'doctor' "$program" doctor
    check 'compile shapes' "$program" bundle compile shapes
    check 'compile shapes, kept' "$program" bundle compile shapes
    for mode in standard fast; do
        check "generate $mode, TensorRT" clip --mode $mode --backend tensorrt --output "$out/$mode-tensorrt"
        check "generate $mode, ONNX Runtime" clip --mode $mode --backend onnxruntime --output "$out/$mode-onnxruntime"
        check "compare $mode, PSNR 35 dB" "$program" compare "$out/$mode-onnxruntime" "$out/$mode-tensorrt" \
            --min-psnr 35 --output "$out/compare-$mode"
    done

    # the same request must give the same frames
    check 'generate fast, TensorRT, again' clip --mode fast --backend tensorrt --output "$out/again"
    first=$(grep frameDigest "$out/fast-tensorrt/clip.json" || :)
    [ -n "$first" ] && [ "$first" = "$(grep frameDigest "$out/again/clip.json" || :)" ] && same=yes || same=no
    echo "same frames twice: $same" | tee -a "$report"

    # memory that generations leave taken
    number=0
    while [ $number -lt 200 ]; do
        clip --mode preview --backend tensorrt --output "$out/leak" >>"$out/log.txt" 2>&1 </dev/null || echo failed
        nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits
        number=$((number + 1))
    done >"$out/memory.txt"
    echo "GPU memory in MiB after each of 200 generations: first $(head -n 1 "$out/memory.txt"), last $(tail -n 1 \
        "$out/memory.txt"), failed $(grep -c failed "$out/memory.txt" || :)" | tee -a "$report"

    # faults: each must end with exit code 4, or mend itself
    GENERATE_VIDEO_TENSORRT=$out/nothing check 'no TensorRT (4)' clip --backend tensorrt --output "$out/fault"
    CUDA_VISIBLE_DEVICES='' check 'no GPU (4)' clip --backend tensorrt --output "$out/fault"
    for plan in "$out"/cache/tensorrt/*/engine.plan; do
        printf damage | dd of="$plan" bs=1 seek=100 conv=notrunc 2>/dev/null
    done
    check 'damaged engines, compiled again (0)' clip --mode fast --backend tensorrt --output "$out/mended"

    if python3 -c 'import torch' 2>/dev/null; then
        python3 "$out/gpu/wan_step.py" | tee -a "$report" || :
    else
        echo 'no PyTorch: the Wan-1.3B step was not measured' | tee -a "$report"
    fi
    echo "report: $report, all output: $out/log.txt"
}

case ${1:-} in
    pack) [ $# -eq 2 ] || fail "usage: gpu.sh pack PIECES" && pack "$2" ;;
    run) [ $# -eq 3 ] || fail "usage: gpu.sh run PIECES OUT" && run "$2" "$3" ;;
    *) fail "usage: gpu.sh pack PIECES | run PIECES OUT" ;;
esac
