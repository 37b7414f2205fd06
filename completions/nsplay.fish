# Completion of nsplay for fish.

# Prints where the cursor stands: "options COMMAND" before TARGET and PROGRAM, "target COMMAND" where
# TARGET may stand too, "program N" where PROGRAM may begin with word N or has begun with it.
function __nsplay_place
    set -l words (commandline -opc)
    set -l command $words[2]
    set -l target no
    set -l i 3
    while test $i -le (count $words)
        set -l word $words[$i]
        # Those of join take a value in the same word only.
        if test "$command" = create; and contains -- $word -w --root --wd
            set word -W
        end
        switch $word
            case --
                echo "program "(math $i + 1)
                return
            case --name --timeout --hostname --domainname --monotonic --boottime --for --map-user --map-group --map-users --map-groups --owner --setgroups --propagation -R --bind --tmpfs -l --load-interp -W --wdns -N --net-socket -S --setuid -G --setgid --drop-caps --preserve-fds --whitelist-env --cgroup-path --setenv --unsetenv --like --in --section --by -t --type
                set i (math $i + 1)
            case '-?*'
            case '*'
                if test "$command" = create; or test "$command" = join -a $target = yes
                    echo "program $i"
                    return
                end
                set target yes
        end
        set i (math $i + 1)
    end
    echo "options $command"
    if string match -q -- '-*' (commandline -ct)
        return
    end
    if test "$command" = create; or test "$command" = join -a $target = yes
        echo "program $i"
    else if contains -- "$command" diff stop list
        echo "target $command"
    else if contains -- "$command" join inspect tree holders help; and test $target = no
        echo "target $command"
    end
end

function __nsplay_at
    contains -- "$argv" (__nsplay_place)
end

function __nsplay_at_program
    string match -q 'program *' (__nsplay_place)
end

function __nsplay_complete_program
    set -l first (string match -r '(?<=^program )\d+$' (__nsplay_place))
    set -l words (commandline -opc)
    set -l line (string join ' ' -- (string escape -- $words[$first..]) (commandline -ct))
    complete --do-complete=$line
end

# __nsplay_candidates WHAT: what nsplay itself knows that begins with the word, or with an option's
# value in it.
function __nsplay_candidates
    nsplay complete $argv[1] -- (string replace -r '^--[a-z-]+=' '' -- (commandline -ct)) 2>/dev/null
end

function __nsplay_targets
    __nsplay_candidates target
    __nsplay_files
end

# The columns of list, behind those that are given already.
function __nsplay_columns
    set -l before (string match -r '^.*[,+]' -- (commandline -ct))
    nsplay list --list-columns 2>/dev/null | string replace -r '^(\S+) +' "$before\$1\t"
end

# What has a slash is a file, unless an engine stands before it, as in k8s:default/web.
function __nsplay_files
    set -l word (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
    if string match -rq '^[^:/]*/' -- $word
        __fish_complete_path $word
    end
end

complete -c nsplay -f

complete -c nsplay -n __fish_use_subcommand -a create -d 'make a child in new namespaces, or run a program there'
complete -c nsplay -n __fish_use_subcommand -a join -d 'run a program in the namespaces of a process'
complete -c nsplay -n __fish_use_subcommand -a inspect -d "show a process's namespaces and how its uname differs"
complete -c nsplay -n __fish_use_subcommand -a diff -d 'show in what two processes differ'
complete -c nsplay -n __fish_use_subcommand -a list -d 'list namespaces, their processes, and children that have a name'
complete -c nsplay -n __fish_use_subcommand -a tree -d 'show each namespace below the one that it belongs to'
complete -c nsplay -n __fish_use_subcommand -a holders -d 'show what keeps a namespace alive, and what would release it'
complete -c nsplay -n __fish_use_subcommand -a ps -d 'list the containers and plays of this machine'
complete -c nsplay -n __fish_use_subcommand -a stop -d 'end children that have a name, unbind namespaces'
complete -c nsplay -n __fish_use_subcommand -a help -d 'show this help, or that of a command'
complete -c nsplay -n __fish_use_subcommand -s h -l help -d 'show this help'
complete -c nsplay -n __fish_use_subcommand -s V -l version -d 'show the version'

for command in create join inspect diff list tree holders ps stop
    complete -c nsplay -n "__nsplay_at options $command" -s h -l help -d 'show this help'
end

for command in create join holders
    set -l at "__nsplay_at options $command"
    complete -c nsplay -n $at -s m -l mount -d 'mnt: mount points'
    complete -c nsplay -n $at -s u -l uts -d 'uts: hostname and NIS domain name'
    complete -c nsplay -n $at -s i -l ipc -d 'ipc: System V IPC, POSIX message queues'
    complete -c nsplay -n $at -s n -l net -d 'net: devices, addresses, routes, ports'
    complete -c nsplay -n $at -s p -l pid -d 'pid: process ids'
    complete -c nsplay -n $at -s U -l user -d 'user: user and group ids, capabilities'
    complete -c nsplay -n $at -s C -l cgroup -d 'cgroup: cgroup root directory'
    complete -c nsplay -n $at -s T -l time -d 'time: boot and monotonic clocks'
end

complete -c nsplay -n '__nsplay_at options create' -s a -l all -d 'all eight'
complete -c nsplay -n '__nsplay_at options create' -s r -l map-root-user -d 'you are root in a new user namespace'
complete -c nsplay -n '__nsplay_at options create' -s c -l map-current-user -d 'you keep your ids in a new user namespace'
complete -c nsplay -n '__nsplay_at options create' -l map-user -x -a '(__fish_complete_users)' -d 'you are this user there'
complete -c nsplay -n '__nsplay_at options create' -l map-group -x -a '(__fish_complete_groups)' -d 'your group is this one there'
complete -c nsplay -n '__nsplay_at options create' -l map-users -x -a 'auto subids all' -d 'map uids: INNER:OUTER:COUNT, auto, subids, all'
complete -c nsplay -n '__nsplay_at options create' -l map-groups -x -a 'auto subids all' -d 'map gids: INNER:OUTER:COUNT, auto, subids, all'
complete -c nsplay -n '__nsplay_at options create' -l map-auto -d 'map your subordinate ids, from the lowest free one on'
complete -c nsplay -n '__nsplay_at options create' -l map-subids -d 'map your subordinate ids, which keep their numbers'
complete -c nsplay -n '__nsplay_at options create' -l map-none -d 'map no id'
complete -c nsplay -n '__nsplay_at options create' -l owner -x -d 'this user owns the new user namespace'
complete -c nsplay -n '__nsplay_at options create' -l setgroups -x -a 'allow deny' -d 'whether groups may be changed there'
complete -c nsplay -n '__nsplay_at options create' -l no-loopback -d 'leave the loopback of the new net namespace down'
complete -c nsplay -n '__nsplay_at options create' -l net-user -d 'a network by pasta or slirp4netns; implies --net'
complete -c nsplay -n '__nsplay_at options create' -l like -x -a '(__nsplay_targets)' -d 'kinds, id maps, names and clocks as TARGET has'
complete -c nsplay -n '__nsplay_at options create' -s S -l setuid -x -a '(__fish_complete_users)' -d 'run PROGRAM as this user'
complete -c nsplay -n '__nsplay_at options create' -s G -l setgid -x -a '(__fish_complete_groups)' -d 'run PROGRAM as this group'
complete -c nsplay -n '__nsplay_at options create' -l keep-caps -d 'keep your capabilities as another user than root too'
complete -c nsplay -n '__nsplay_at options create' -l drop-caps -x -d 'take capabilities away: names with commas, or all'
complete -c nsplay -n '__nsplay_at options create' -l no-new-privs -d 'PROGRAM never gains privileges by execve'
complete -c nsplay -n '__nsplay_at options create' -l clear-env -d 'environment: TERM and a standard PATH alone'
complete -c nsplay -n '__nsplay_at options create' -l whitelist-env -x -d 'and these variables; implies --clear-env'
complete -c nsplay -n '__nsplay_at options create' -l setenv -x -d 'set a variable'
complete -c nsplay -n '__nsplay_at options create' -l unsetenv -x -a '(set -nx)' -d 'remove a variable'
complete -c nsplay -n '__nsplay_at options create' -l cgroup-path -x -d 'run in this cgroup, below the mount of cgroup2'
complete -c nsplay -n '__nsplay_at options create' -l kill-child -d 'PROGRAM gets it when nsplay ends'
complete -c nsplay -n '__nsplay_at options create' -l forward-signals -d 'pass signals on to PROGRAM'
complete -c nsplay -n '__nsplay_at options create' -l propagation -x -a 'private shared slave unchanged' -d 'of mounts'
complete -c nsplay -n '__nsplay_at options create' -s R -l root -x -a '(__fish_complete_directories (commandline -ct))' -d 'make DIR the root directory; the former one is gone'
complete -c nsplay -n '__nsplay_at options create' -s w -l wd -x -a '(__fish_complete_directories (commandline -ct))' -d 'the working directory, looked up inside'
complete -c nsplay -n '__nsplay_at options create' -l bind -r -d 'mount SRC also on DST inside'
complete -c nsplay -n '__nsplay_at options create' -l tmpfs -x -a '(__fish_complete_directories (commandline -ct))' -d 'mount a new tmpfs on DST inside'
complete -c nsplay -n '__nsplay_at options create' -l dev -d 'mount a small /dev, as programs need it'
complete -c nsplay -n '__nsplay_at options create' -l mount-proc -d 'mount a new /proc; implies --pid'
complete -c nsplay -n '__nsplay_at options create' -l mount-binfmt -d 'mount a binfmt_misc of its own; implies --user'
complete -c nsplay -n '__nsplay_at options create' -s l -l load-interp -x -d 'register an interpreter in it'
complete -c nsplay -n '__nsplay_at options create' -l name -x -d 'register the child as a play: join NAME, stop NAME'
complete -c nsplay -n '__nsplay_at options create' -l hostname -x -d 'set the hostname in the child; implies --uts'
complete -c nsplay -n '__nsplay_at options create' -l domainname -x -d 'set the NIS domain name in the child; implies --uts'
complete -c nsplay -n '__nsplay_at options create' -l monotonic -x -d 'move the monotonic clock: 3d, -1.5h; implies --time'
complete -c nsplay -n '__nsplay_at options create' -l boottime -x -d 'move the boot-time clock; implies --time'
complete -c nsplay -n '__nsplay_at options create' -s d -l detach -d 'return when the child is ready, print its pid'
complete -c nsplay -n '__nsplay_at options create' -l for -x -d 'end the child after this time: 200s, 5m, 1h30m'
complete -c nsplay -n '__nsplay_at options create' -s f -l fork -d 'nothing: PROGRAM is always a child'
complete -c nsplay -n '__nsplay_at options create' -l no-init -d 'PROGRAM itself is pid 1 of a new pid namespace'
complete -c nsplay -n '__nsplay_at options create' -l narrate -d 'tell each kernel call and change on stderr'
complete -c nsplay -n '__nsplay_at options create' -l json -d 'print the child as JSON once it is ready'

for kind in mount uts ipc net pid user cgroup time
    complete -c nsplay -n '__nsplay_at options join' -l $kind -a '(__nsplay_targets)'
end
complete -c nsplay -n '__nsplay_at options join' -s a -l all -d 'every kind that differs from yours (the default)'

complete -c nsplay -n '__nsplay_at options join' -s r -l root -d "root directory: DIR, or the target's"
complete -c nsplay -n '__nsplay_at options join' -s w -l wd -d "working directory: DIR, or the target's"
complete -c nsplay -n '__nsplay_at options join' -s W -l wdns -x -a '(__fish_complete_directories (commandline -ct))' -d 'working directory, looked up there'
complete -c nsplay -n '__nsplay_at options join' -s N -l net-socket -x -d 'net of this socket of TARGET'
complete -c nsplay -n '__nsplay_at options join' -l user-parent -d 'the parent of the user namespace'
complete -c nsplay -n '__nsplay_at options join' -l as-target -d 'be and may do what TARGET is and may do'
complete -c nsplay -n '__nsplay_at options join' -s c -l join-cgroup -d 'run in the cgroups of TARGET'
complete -c nsplay -n '__nsplay_at options join' -s Z -l follow-context -d "the security module's context is TARGET's"
complete -c nsplay -n '__nsplay_at options join' -l fix-sys -d 'a /sys of the network namespace, without mnt'
complete -c nsplay -n '__nsplay_at options join' -l fix-proc -d 'a /proc of the pid namespace, without mnt'
complete -c nsplay -n '__nsplay_at options join' -s S -l setuid -x -a 'follow (__fish_complete_users)' -d 'run as this user'
complete -c nsplay -n '__nsplay_at options join' -s G -l setgid -x -a 'follow (__fish_complete_groups)' -d 'run as this group'
complete -c nsplay -n '__nsplay_at options join' -l preserve-credentials -d 'keep your ids, also in a user namespace'
complete -c nsplay -n '__nsplay_at options join' -l keep-caps -d 'keep your capabilities as another user too'
complete -c nsplay -n '__nsplay_at options join' -l drop-caps -x -d 'take capabilities away: names with commas, or all'
complete -c nsplay -n '__nsplay_at options join' -l no-new-privs -d 'PROGRAM never gains privileges by execve'
complete -c nsplay -n '__nsplay_at options join' -s e -l env -d 'environment: target, keep or clear'
complete -c nsplay -n '__nsplay_at options join' -l setenv -x -d 'set a variable'
complete -c nsplay -n '__nsplay_at options join' -l pty -d 'a terminal of its own, also without one here'
complete -c nsplay -n '__nsplay_at options join' -l no-pty -d 'your terminal itself, not one of its own'
complete -c nsplay -n '__nsplay_at options join' -s F -l no-fork -d 'become PROGRAM: nothing stays beside it'
complete -c nsplay -n '__nsplay_at options join' -l plan -d 'show what would be done, and do nothing'
complete -c nsplay -n '__nsplay_at options join' -l narrate -d 'tell each kernel call and change on stderr'
complete -c nsplay -n '__nsplay_at options join' -l json -d 'with --plan: print it as JSON'
complete -c nsplay -n '__nsplay_at options join' -l preserve-fds -x -d 'let N descriptors from 3 on cross as well'
complete -c nsplay -n '__nsplay_at options join' -l unsetenv -x -a '(set -nx)' -d 'remove a variable'

complete -c nsplay -n '__nsplay_at options inspect' -l members -d 'count the processes in each namespace'
complete -c nsplay -n '__nsplay_at options inspect' -l json -d 'print the report as JSON'

complete -c nsplay -n '__nsplay_at options diff' -l section -x -a 'uname namespaces id-maps clocks credentials cgroups limits paths' -d 'compare only this'
complete -c nsplay -n '__nsplay_at options diff' -s q -l quiet -d 'print no differences, only end with the status'
complete -c nsplay -n '__nsplay_at options diff' -l json -d 'print the differences as JSON'

complete -c nsplay -n '__nsplay_at options list' -s t -l type -x -a 'cgroup ipc mnt net pid time user uts' -d 'only namespaces of this kind'
complete -c nsplay -n '__nsplay_at options list' -s p -l task -x -a '(__nsplay_candidates process)' -d 'only namespaces of this process'
complete -c nsplay -n '__nsplay_at options list' -s P -l persistent -d 'only namespaces that nothing is in'
complete -c nsplay -n '__nsplay_at options list' -l all-sources -d 'look also at descriptors, sockets and all mounts'
complete -c nsplay -n '__nsplay_at options list' -s Q -l filter -x -d 'only namespaces for which this holds'
complete -c nsplay -n '__nsplay_at options list' -s o -l output -x -a '(__nsplay_columns)' -d 'these columns, with commas; +LIST: these too'
complete -c nsplay -n '__nsplay_at options list' -l output-all -d 'all columns'
complete -c nsplay -n '__nsplay_at options list' -s H -l list-columns -d 'show what columns there are'
complete -c nsplay -n '__nsplay_at options list' -s n -l noheadings -d 'no line of headings'
complete -c nsplay -n '__nsplay_at options list' -s r -l raw -d 'one blank between columns; other blanks as \\x20'
complete -c nsplay -n '__nsplay_at options list' -s u -l notruncate -d "do not cut lines to the terminal's width"
complete -c nsplay -n '__nsplay_at options list' -s W -l nowrap -d 'one line per row, as always'
complete -c nsplay -n '__nsplay_at options list' -l plays -d 'the children that create --name made'
complete -c nsplay -n '__nsplay_at options list' -s J -l json -d 'print the list as JSON'

complete -c nsplay -n '__nsplay_at options holders' -s a -l all -d 'every kind'
complete -c nsplay -n '__nsplay_at options holders' -l noheadings -d 'no line of headings'
complete -c nsplay -n '__nsplay_at options holders' -l notruncate -d "do not cut lines to the terminal's width"
complete -c nsplay -n '__nsplay_at options holders' -s J -l json -d 'print the report as JSON'

complete -c nsplay -n '__nsplay_at options tree' -l by -x -a 'owner parent process' -d 'below what'
complete -c nsplay -n '__nsplay_at options tree' -s t -l type -x -a 'cgroup ipc mnt net pid time user uts' -d 'only namespaces of this kind'
complete -c nsplay -n '__nsplay_at options tree' -l all-sources -d 'look also at descriptors, sockets and all mounts'
complete -c nsplay -n '__nsplay_at options tree' -l no-fold -d 'show every one of a long row of siblings'
complete -c nsplay -n '__nsplay_at options tree' -s u -l notruncate -d "do not cut lines to the terminal's width"
complete -c nsplay -n '__nsplay_at options tree' -s J -l json -d 'print the tree as JSON'
complete -c nsplay -n '__nsplay_at options ps' -s J -l json -d 'print the report as JSON'
complete -c nsplay -n '__nsplay_at options stop' -l all -d 'every play'
complete -c nsplay -n '__nsplay_at options stop' -l in -x -a '(__nsplay_targets)' -d 'FILE is in the mnt namespace of TARGET'
complete -c nsplay -n '__nsplay_at options stop' -l timeout -x -d 'from SIGTERM to SIGKILL; 10s if not given'

complete -c nsplay -n '__nsplay_at target stop' -a '(__nsplay_candidates play; __nsplay_files)'
complete -c nsplay -n '__nsplay_at target list' -a '(__nsplay_candidates namespace)'
for command in join inspect diff tree holders
    complete -c nsplay -n "__nsplay_at target $command" -a '(__nsplay_targets)'
end
complete -c nsplay -n '__nsplay_at target help' -a 'create join inspect diff list tree holders ps stop'
complete -c nsplay -n __nsplay_at_program -a '(__nsplay_complete_program)'
