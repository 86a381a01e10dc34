#!/usr/bin/env bash
# Builds the image: a static binary in an otherwise empty image. Usage: docker/build.sh [tag]
set -euo pipefail
tag="${1:-countersign:dev}"
cd "$(dirname "$0")/.."
context="$(mktemp -d)"
trap 'rm -rf "$context"' EXIT
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$context/countersign" .
mkdir "$context/data"
cp docker/Dockerfile "$context/Dockerfile"
# The classic builder: it works with every engine, and there is nothing to build in the image.
DOCKER_BUILDKIT=0 docker build -q -t "$tag" "$context"
