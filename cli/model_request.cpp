// SPDX-License-Identifier: Apache-2.0
#include "cli/model_request.h"

#include <fmt/format.h>
#include <unistd.h>

#include "fabric/system/unit_choice.h"
#include "isa/error/input_error.h"

namespace lpu::cli {
namespace {

std::vector<int> prompt_of(const ModelRequestOptions& options, const compiler::ModelSource& model) {
  if (!options.prompt.empty() && !options.prompt_ids.empty()) {
    throw fabric::UsageError("--prompt and --prompt-ids exclude each other");
  }
  if (!options.prompt.empty()) {
    return model.tokenizer().encode(options.prompt);
  }
  for (const int id : options.prompt_ids) {
    if (id < 0 || id >= model.config().vocab_size) {
      throw fabric::UsageError(fmt::format("--prompt-ids: {} is not in the vocabulary of {} tokens",
                                           id, model.config().vocab_size));
    }
  }
  return options.prompt_ids.empty() ? std::vector<int>{0} : options.prompt_ids;
}

/// `random` alone takes its seed from --seed.
std::string weights_of(const ModelRequestOptions& options) {
  return options.weights == "random" ? fmt::format("random:{}", options.seed) : options.weights;
}

/// What does not fit is said of this model on this system.
compiler::Compiled compile(const ModelRequestOptions& options, const fabric::SystemSpec& system,
                           const compiler::ModelSource& model, int rows, std::size_t prompt) {
  const auto attention = options.attention == "lanes"    ? compiler::Attention::kByLanes
                         : options.attention == "blocks" ? compiler::Attention::kInBlocks
                                                         : compiler::Attention::kFaster;
  try {
    return compiler::compile(
        system, model.config(),
        {{matmul_of(options.matmul), options.context, rows, attention, options.users},
         static_cast<int>(prompt),
         options.prefill,
         options.draft});
  } catch (const isa::InputError& e) {
    throw isa::InputError(fmt::format("{} on {}", options.model, options.system), 0, e.what());
  }
}

}  // namespace

compiler::Matmul matmul_of(std::string_view name) {
  return name == "fp16"   ? compiler::Matmul::kF16
         : name == "w8a8" ? compiler::Matmul::kW8A8
                          : compiler::Matmul::kW8A16;
}

void add_model_request_options(CLI::App& verb, ModelRequestOptions& options) {
  verb.add_option("--system", options.system, "System file (.toml)")->required();
  verb.add_option("--model", options.model, "Hugging Face Llama directory")->required();
  verb.add_option("--weights", options.weights, "random or random:SEED: generated weights");
  verb.add_option("--seed", options.seed, "The seed of --weights random")->capture_default_str();
  verb.add_option("--prompt", options.prompt, "Text to go on from");
  verb.add_option("--prompt-ids", options.prompt_ids, "The same as token ids: 1,2,3")
      ->delimiter(',');
  verb.add_option("--tokens", options.tokens, "Tokens to make, at most")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  verb.add_option("--context", options.context,
                  "Tokens that are in the KV cache before the prompt (with --values none)")
      ->check(CLI::Range(0, 1 << 20));
  verb.add_option(
          "--matmul", options.matmul,
          "Weights and activations as int8 (w8a8), weights as int8 that are cast to fp16 on "
          "the way (w8a16), or as fp16")
      ->check(CLI::IsMember({"w8a8", "w8a16", "fp16"}))
      ->capture_default_str();
  verb.add_option("--prefill", options.prefill, "Tokens of the prompt that go together in a step")
      ->check(CLI::Range(1, 1 << 10))
      ->capture_default_str();
  verb.add_option("--users", options.users, "Users in a step, each with the prompt and a cache")
      ->check(CLI::Range(1, 1 << 10))
      ->capture_default_str();
  verb.add_option("--draft", options.draft,
                  "So many of the prompt's last tokens are a draft: one step chooses a token after "
                  "each, and after the one before")
      ->check(CLI::Range(0, 1 << 10));
  verb.add_option("--attention", options.attention,
                  "A position a cycle (lanes), or blocks of them as weights of a plane")
      ->check(CLI::IsMember({"faster", "lanes", "blocks"}))
      ->capture_default_str();
}

ModelRequest compile_request(const ModelRequestOptions& options,
                             const std::function<void(const compiler::ModelSource&)>& check) {
  fabric::SystemSpec system = fabric::read_system_spec(options.system);
  compiler::ModelSource model = compiler::ModelSource::open(options.model, weights_of(options));
  if (check) {
    check(model);
  }
  std::vector<int> prompt = prompt_of(options, model);
  if (options.draft >= static_cast<int>(prompt.size())) {
    throw fabric::UsageError(
        fmt::format("--draft: {} of {} tokens of the prompt, there must be one before them",
                    options.draft, prompt.size()));
  }
  const int rows = static_cast<int>(prompt.size()) + options.tokens - 1;
  if (options.context + rows > model.config().max_position_embeddings) {
    throw isa::InputError(
        options.model, 0,
        fmt::format("{} positions are asked for, max_position_embeddings is {}",
                    options.context + rows, model.config().max_position_embeddings));
  }
  compiler::Compiled compiled = compile(options, system, model, rows, prompt.size());
  return {std::move(system), std::move(model), std::move(prompt), std::move(compiled)};
}

void show_progress(const char* what, int done, int of) {
  if (isatty(STDERR_FILENO) != 0) {
    fmt::print(stderr, "\r{} {}/{}{}", what, done, of, done == of ? "\n" : "");
  }
}

}  // namespace lpu::cli
