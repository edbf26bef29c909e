// SPDX-License-Identifier: Apache-2.0
#include "cli/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "isa/error/input_error.h"

namespace lpu::cli {
namespace {

constexpr const char* kThisProgram = "/proc/self/exe";

std::string contents(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// Exit status of a process that says nothing on standard output, and on standard error to `err`.
int exit_status(const std::vector<std::string>& arguments, const std::string& err) {
  std::vector<std::string> words{"lpu"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   S_IRUSR | S_IWUSR);
  pid_t process = 0;
  const int error = posix_spawn(&process, kThisProgram, &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    throw std::runtime_error(fmt::format("no process: {}", std::strerror(error)));
  }
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) {
    throw std::runtime_error(
        fmt::format("lpu {}: signal {}", fmt::join(arguments, " "), WTERMSIG(status)));
  }
  return WEXITSTATUS(status);
}

}  // namespace

Launcher::Launcher() {
  std::string name = (std::filesystem::temp_directory_path() / "lpu_study_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw isa::InputError(name, 0, std::string("cannot be written: ") + std::strerror(errno));
  }
  directory_ = name;
}

Launcher::~Launcher() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

study::Launched Launcher::operator()(const std::vector<std::string>& arguments) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (terminal) {
    fmt::print(stderr, "run {:>3}  lpu {} ", ++launched_, fmt::join(arguments, " "));
  }
  const auto began = std::chrono::steady_clock::now();
  const std::filesystem::path json = directory_ / "run.json";
  const std::filesystem::path err = directory_ / "err";
  std::vector<std::string> words = arguments;
  words.insert(words.end(), {"--json", json.string()});
  const int status = exit_status(words, err.string());
  if (terminal) {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
    fmt::print(stderr, " {} in {:.1f} s\n", status == 0 ? "done" : "refused", wall.count());
  }
  return {status, status == 0 ? contents(json) : "", contents(err)};
}

}  // namespace lpu::cli
