# SPDX-License-Identifier: ISC
# bash completion of skerry, skerry-issuer and skerry-keys. The programs' own help is the list, so it is always of today.
_skerry() {
	local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} verb='' i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--state | --desk | --socket | --language) i=$((i + 1)) ;;
		-*) ;;
		*) verb="${verb:+$verb }${COMP_WORDS[i]}" ;;
		esac
	done
	COMPREPLY=()
	if [[ $word == -* ]]; then
		# shellcheck disable=SC2086
		# Of "seat claim reception-2" the verb is what the program knows of it.
		while [[ -n $verb ]] && ! "$program" help $verb >/dev/null 2>&1; do
			[[ $verb == *' '* ]] && verb=${verb% *} || verb=
		done
		mapfile -t COMPREPLY < <(compgen -W "$({ [[ -z $verb ]] || "$program" help $verb; "$program" help; } 2>/dev/null | grep -o -e '--[a-z][a-z-]*' | sort -u)" -- "$word")
		return
	fi
	# The words that may come next: of verbs that begin with those that are there.
	mapfile -t COMPREPLY < <(compgen -W "$("$program" help 2>/dev/null | awk -v begun="$verb" '
		/^  [a-z]/ { verb = $0; sub(/^  /, "", verb); sub(/   .*/, "", verb)
			if (begun == "") { split(verb, words, " "); print words[1] }
			else if (index(verb, begun " ") == 1) { verb = substr(verb, length(begun) + 2); split(verb, words, " "); print words[1] } }' | sort -u)" -- "$word")
	[[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -o filenames -F _skerry skerry skerry-issuer skerry-keys
