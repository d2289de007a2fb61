# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Made by 'make regenerate' from the table of commands.

_syncline() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verb='' words='' word i

    COMPREPLY=()
    # An equals sign is a word of its own here.
    if [[ $current == '=' ]]; then
        current=''
    elif [[ $previous == '=' ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
        --config|-c|--dir|--password-file|--code-file|--export|--stats-file|--file|-f|--migrations|-m|--file|-f|--migrations|-m|--file|-f) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        --log|--supabase-url|--powersync-url|--email|--provider|--port|--stats-interval|--timeout|-t|--interval|-i|--count|-n|--count|-n|--parameters|-p|--priority|--ttl|--parameters|-p) return ;;
    esac

    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
            --config|-c|--dir|--password-file|--code-file|--export|--stats-file|--file|-f|--migrations|-m|--file|-f|--migrations|-m|--file|-f|--log|--supabase-url|--powersync-url|--email|--provider|--port|--stats-interval|--timeout|-t|--interval|-i|--count|-n|--count|-n|--parameters|-p|--priority|--ttl|--parameters|-p)
                [[ ${COMP_WORDS[i + 1]} == '=' ]] && ((i++))
                ((i++)) ;;
            -*) ;;
            *) verb=${verb:+$verb }$word ;;
        esac
    done

    case $verb in
        '') words='init check login logout whoami clear run sync status explain stats top sql watch queue streams schema plugins version help' ;;
        queue) words='list show export retry discard' ;;
        streams) words='list subscribe unsubscribe' ;;
        schema) words='pull diff' ;;
        'init' | 'init '*) words='--dir --supabase-url --powersync-url --force' ;;
        'check' | 'check '*) words='--offline --json' ;;
        'login' | 'login '*) words='--email --password-file --sign-up --anonymous --otp --code-file --provider --port --json' ;;
        'logout' | 'logout '*) words='--everywhere' ;;
        'whoami' | 'whoami '*) words='--ask --json' ;;
        'clear' | 'clear '*) words='--keep --export --discard --keep-local' ;;
        'run' | 'run '*) words='--stats-file --stats-interval' ;;
        'sync' | 'sync '*) words='--timeout --json' ;;
        'status' | 'status '*) words='--json' ;;
        'explain' | 'explain '*) words='--json' ;;
        'stats' | 'stats '*) words='--prometheus --json' ;;
        'top' | 'top '*) words='--interval --count' ;;
        'sql' | 'sql '*) words='--file --transaction --csv --table --json' ;;
        'watch' | 'watch '*) words='--count --json' ;;
        'queue list' | 'queue list '*) words='--rejected --json' ;;
        'queue show' | 'queue show '*) words='--json' ;;
        'queue export' | 'queue export '*) words='' ;;
        'queue retry' | 'queue retry '*) words='' ;;
        'queue discard' | 'queue discard '*) words='' ;;
        'streams list' | 'streams list '*) words='--json' ;;
        'streams subscribe' | 'streams subscribe '*) words='--parameters --priority --ttl' ;;
        'streams unsubscribe' | 'streams unsubscribe '*) words='--parameters' ;;
        'schema pull' | 'schema pull '*) words='--migrations --file --all --force' ;;
        'schema diff' | 'schema diff '*) words='--migrations --file --json' ;;
        'plugins' | 'plugins '*) words='--json' ;;
        'version' | 'version '*) words='--json' ;;
        'help' | 'help '*) words='' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words --config --quiet --verbose --log --help" -- "$current")
}

complete -o bashdefault -o default -F _syncline syncline
