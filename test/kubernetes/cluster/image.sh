# What images are made of, without an engine. ROOTS is a folder for what is only needed meanwhile.

# busybox ROOT: a root with a shell and the usual small programs
busybox() {
  mkdir -p "$1"/{bin,etc,tmp,var,root,proc,sys,dev,usr/bin}
  chmod 1777 "$1/tmp"
  cp "$DEBIAN/bin/busybox" "$1/bin/busybox"
  local applet
  for applet in $("$1/bin/busybox" --list); do [ "$applet" = busybox ] || ln -sf busybox "$1/bin/$applet"; done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$1/etc/passwd"
}
# program ROOT PATH: a program and the libraries that it is linked with
program() {
  cp "$2" "$1/usr/bin/$(basename "$2")"
  local library
  for library in $(ldd "$2" | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }'); do
    mkdir -p "$1$(dirname "$library")"
    cp -L "$library" "$1$library"
  done
}
# archive NAME ROOT FILE [ENTRYPOINT…]: the root as image firedrill.test/NAME:1, in a file
archive() {
  local name=$1 root=$2 file=$3 folder; shift 3
  folder=$(mktemp -d -p "$ROOTS")
  tar -C "$root" --numeric-owner --owner=0 --group=0 --sort=name --mtime=@0 -cf "$folder/layer.tar" .
  local layer entrypoint=
  layer=$(sha256sum <"$folder/layer.tar" | cut -d' ' -f1)
  [ $# = 0 ] || entrypoint=$(printf '"%s"\n' "$@" | paste -sd,)
  cat >"$folder/config.json" <<J
{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/local/bin:/usr/bin:/bin"],"Entrypoint":[$entrypoint],"WorkingDir":"/"},
"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created":"1970-01-01T00:00:00Z"}]}
J
  echo "[{\"Config\":\"config.json\",\"RepoTags\":[\"firedrill.test/$name:1\"],\"Layers\":[\"layer.tar\"]}]" >"$folder/manifest.json"
  tar -C "$folder" -cf "$file.new" manifest.json config.json layer.tar
  mv "$file.new" "$file"
}
