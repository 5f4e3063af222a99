# Completion of guestagent(8) for fish.

function __guestagent_words
    # Those behind the program that are neither options nor the value of one: the command, and what
    # is given to it.
    set --local skip no
    for word in (commandline --current-process --tokenize --cut-at-cursor)[2..-1]
        if test $skip = yes
            set skip no
        else if contains -- $word --metadata --cmdline --interface --wait --root \
                --fudge --free-percent --update -u
            set skip yes
        else if not string match --quiet -- '-*' $word
            echo $word
        end
    end
end

function __guestagent_command
    set --local words (__guestagent_words)
    set --query words[1]; and echo $words[1]
end

function __guestagent_is
    contains -- (__guestagent_command; or echo none) $argv
end

function __guestagent_growpart_has
    # How much is given to growpart: its disk, the partition.
    __guestagent_is growpart; and test (count (__guestagent_words)) -eq (math 1 + $argv[1])
end

function __guestagent_mount_points
    string split --fields 5 ' ' </proc/self/mountinfo
end

function __guestagent_links
    for path in /sys/class/net/*/
        path basename $path
    end
end

function __guestagent_partitions
    set --local words (__guestagent_words)
    for file in /sys/class/block/(path basename -- $words[2])/*/partition
        cat $file
    end
end

complete --command guestagent --no-files
complete --command guestagent --condition 'not __guestagent_command' --long-option help --short-option h --description 'Print the help'
complete --command guestagent --condition 'not __guestagent_command' --long-option version --short-option V --description 'Print the version'

set --local command complete --command guestagent --condition 'not __guestagent_command' --arguments
$command apply --description 'Bring the guest to what the metadata say'
$command down --description 'Take back what apply did'
$command config --description 'Print the configuration; look at no link'
$command status --description 'Print what is wanted and what differs'
$command check --description 'Look for faults in metadata before any guest boots'
$command grow --description 'Carry new space of disks to filesystems'
$command growpart --description 'Make a partition longer'
$command watch --description 'Apply, and put back what changes'
$command diagnose --description 'Tell why the network does not work'

set --local readers apply config status grow watch diagnose
set --local networkers apply config status watch diagnose
set --local option complete --command guestagent --condition
$option "__guestagent_is $readers" --long-option metadata --require-parameter --force-files --description 'Take metadata from here'
$option "__guestagent_is $readers" --long-option cmdline --exclusive --description 'Take this for the kernel command line'
$option "__guestagent_is $networkers down" --long-option interface --exclusive --arguments '(__guestagent_links)' --description 'Work only on this link'
$option "__guestagent_is $networkers" --long-option wait --exclusive --description 'Wait for a metadata disk and for NICs'
$option '__guestagent_is apply down grow growpart' --long-option dry-run --description 'Change nothing'
$option '__guestagent_is apply down config status check grow diagnose' --long-option json --description 'Print for programs'
$option '__guestagent_is apply down config status grow diagnose' --long-option root --exclusive --arguments '(__fish_complete_directories)' --description 'Use the files of the guest below this folder'
$option '__guestagent_is apply' --long-option wait-dad --description 'Wait for duplicate address detection'
$option '__guestagent_is apply status watch' --long-option leave-managed --description 'Leave links to others that configure them'
$option '__guestagent_is check' --long-option strict --description 'Exit status 1 where there are only warnings'
$option '__guestagent_is check' --force-files
$option '__guestagent_is grow' --long-option restore --description 'Put back the overwritten partition table'
$option '__guestagent_is grow' --force-files --arguments '(__guestagent_mount_points)'
$option '__guestagent_is watch' --long-option no-grow --description 'Do not grow disks'
$option '__guestagent_is watch' --long-option no-reread --description 'Do not read a changed metadata disk'
$option '__guestagent_growpart_has 0' --force-files
$option '__guestagent_growpart_has 1' --arguments '(__guestagent_partitions)'
$option '__guestagent_is growpart' --short-option N --description 'Change nothing'
$option '__guestagent_is growpart' --short-option v --long-option verbose --description 'Tell more'
$option '__guestagent_is growpart' --long-option fudge --exclusive --description 'What is not worth a change'
$option '__guestagent_is growpart' --long-option free-percent --exclusive --description 'What stays free at the end of the disk'
$option '__guestagent_is growpart' --short-option u --long-option update --exclusive --arguments 'auto on off force' --description 'Tell the kernel'
$option '__guestagent_is growpart' --short-option h --long-option help --description 'Print the help'
$option '__guestagent_is growpart' --short-option V --long-option version --description 'Print the version'
