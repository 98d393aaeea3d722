/**
 * Shell script that re-creates the given folders, at their own paths, in a private mount namespace where every folder above them
 * may be walked through; outside the namespace nothing changes. Runs as root under unshare(1); what follows `--` is executed in the view.
 *   sh -c SCRIPT view HIDDEN... -- NEEDED... -- COMMAND...
 * HIDDEN are the outermost folders that the account may not walk through, NEEDED the folders it has to reach.
 */
export const privateViewScript = `
set -eu
hidden=
while [ "$1" != -- ]; do hidden="$hidden$1
"; shift; done
shift
mount -t tmpfs -o mode=0700 holdfast-stage /mnt
count=0
needed=
while [ "$1" != -- ]; do
  mkdir "/mnt/$count"
  mount --rbind "$1" "/mnt/$count"
  needed="$needed$count $1
"
  count=$((count + 1)); shift
done
shift
printf '%s' "$hidden" | while IFS= read -r folder; do mount -t tmpfs -o mode=0755 holdfast-view "$folder"; done
printf '%s' "$needed" | while IFS=' ' read -r number folder; do
  mkdir -p "$folder"
  if printf '%s' "$hidden" | grep -qxF "$folder"; then
    # The folder itself is closed: show its entries in an open one.
    for entry in "/mnt/$number"/* "/mnt/$number"/.[!.]*; do
      name=\${entry##*/}
      if [ -L "$entry" ]; then cp -P "$entry" "$folder/$name"
      elif [ -d "$entry" ]; then mkdir -p "$folder/$name"; mount --rbind "$entry" "$folder/$name"
      elif [ -e "$entry" ]; then : >"$folder/$name"; mount --bind "$entry" "$folder/$name"
      fi
    done
  else
    mount --rbind "/mnt/$number" "$folder"
  fi
done
umount -R -l /mnt
exec "$@"
`;
