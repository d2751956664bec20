#!/bin/sh
# Makes the clips of the make-believe cameras. Run by hand, once; its results are committed.
#
# Needs ffmpeg with libx264. Each picture has two slices, and the second is the last macroblock alone:
# simulator/stamp.py puts another in its place, which says which camera it is. Hence CAVLC, no deblocking
# (the stamp must not bleed), one reference and no B pictures; a plain bar along the bottom keeps motion
# vectors away from the stamp. A key frame about every second, and no SEI. A file's name tells size and frame rate.
set -eu
cd "$(dirname "$0")"

make_clip() { # name width height rate key-frame-interval frames source options
    picture="$2x$(($3 - 48))"
    but_one=$((($2 + 15) / 16 * (($3 + 15) / 16) - 1))
    ffmpeg -nostdin -y -v error -f lavfi -i "$7=size=$picture:rate=$4$8" -frames:v "$6" \
        -vf "format=yuv420p,pad=$2:$3:0:0:color=gray" -threads 1 \
        -c:v libx264 -profile:v baseline -preset slow -crf 30 \
        -x264-params "keyint=$5:min-keyint=$5:scenecut=0:no-deblock=1:ref=1:mvrange=24:slice-max-mbs=$but_one" \
        -bsf:v "filter_units=remove_types=6|9" -f h264 "$1_$2x$3_$4.h264"
}

make_clip corridor 320 240 10 10 20 testsrc ""
make_clip yard 352 288 12.5 12 24 testsrc2 ""
make_clip hall 640 360 10 10 10 mandelbrot ":start_scale=0.5"
make_clip gate 480 272 12.5 12 24 smptehdbars ",hue=H=0.8*t"
