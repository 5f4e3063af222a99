// Runs the commands of a file one after another and tells how long each took: a line a command,
//   <exit status> <nanoseconds> [<nanoseconds from its start to each line it printed>...]
// A command is a line of words between blanks; "<PATH" as its first word is its standard input.
// Called by the name of lvm it is LVM's program with a clock: it runs /usr/sbin/kept/lvm with its
// words and adds the nanoseconds to /tmp/lvm-times.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 64, LINES = 64 };

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int status_of(int child) {
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int timed_lvm(char **words) {
  long long start = now();
  words[0] = "/usr/sbin/kept/lvm";
  int child = fork();
  if (child == 0) {
    execv(words[0], words);
    _exit(127);
  }
  int status = status_of(child);
  FILE *times = fopen("/tmp/lvm-times", "a");
  fprintf(times, "%lld\n", now() - start);
  fclose(times);
  return status;
}

static void run(char **words) {
  long long lines[LINES];
  int count = 0, pipe_ends[2];
  char *input = "/dev/null", bytes[4096];
  if (words[0][0] == '<') input = *words++ + 1;
  if (pipe(pipe_ends) != 0) _exit(126);
  long long start = now();
  int child = fork();
  if (child == 0) {
    int file = open(input, O_RDONLY);
    dup2(file, 0);
    dup2(pipe_ends[1], 1);
    close(pipe_ends[0]);
    execvp(words[0], words);
    _exit(127);
  }
  close(pipe_ends[1]);
  for (ssize_t length; (length = read(pipe_ends[0], bytes, sizeof bytes)) > 0;) {
    long long time = now() - start;
    for (ssize_t i = 0; i < length; i++)
      if (bytes[i] == '\n' && count < LINES) lines[count++] = time;
  }
  int status = status_of(child);
  printf("%d %lld", status, now() - start);
  for (int i = 0; i < count; i++) printf(" %lld", lines[i]);
  printf("\n");
  close(pipe_ends[0]);
}

int main(int count, char **words) {
  const char *name = strrchr(words[0], '/');
  if (strcmp(name ? name + 1 : words[0], "lvm") == 0) return timed_lvm(words);
  FILE *file = count == 2 ? fopen(words[1], "r") : NULL;
  if (!file) return 2;
  for (char line[1024]; fgets(line, sizeof line, file);) {
    char *command[WORDS + 1] = {0};
    int number = 0;
    for (char *word = strtok(line, " \n"); word && number < WORDS; word = strtok(NULL, " \n"))
      command[number++] = word;
    if (number > 0) run(command);
  }
  return 0;
}
