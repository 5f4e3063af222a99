// One system call under the filter of a command, made where it does no harm.
#pragma once

// In a child that is under the filter of these groups (CLinuxPrivileges.h): 0 if the call succeeds,
// its errno if it is refused, the negative number of the signal that ends the child.
int ccalls_outcome(unsigned groups, long number, long first, long second, long third);

// `ccalls_outcome` of getpid by the numbers of another processor: x32's, or those of 32 bits.
int ccalls_outcome_of_x32(unsigned groups);
int ccalls_outcome_of_32_bits(unsigned groups);
