complete -c nsplay -f
complete -c nsplay -n __fish_use_subcommand -a create -d 'Make namespaces'
complete -c nsplay -n __fish_use_subcommand -a inspect -d 'Look'
complete -c nsplay -n __fish_use_subcommand -l version
complete -c nsplay -l help
complete -c nsplay -n '__fish_seen_subcommand_from create' -s u -l uts -d 'UTS'
complete -c nsplay -n '__fish_seen_subcommand_from create' -l hostname -x
complete -c nsplay -n '__fish_seen_subcommand_from create' -s d -l detach
complete -c nsplay -n '__fish_seen_subcommand_from inspect' -l json
