// SPDX-License-Identifier: MIT
// The survey: every method trained on the same images for the same time and probed alike. survey.sh builds and runs it.
#include "../write_file.hpp"
#include "command_line.hpp"
#include "session.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>

namespace survey {

namespace {

constexpr double seconds_of_a_probe = 8;

std::string text(const measured& m, int digits = 1) {
  if (!m.any()) return "-";
  char out[64];
  if (m.of_seed.size() > 1) std::snprintf(out, sizeof out, "%.*f±%.*f", digits, m.mean(), digits, m.deviation());
  else std::snprintf(out, sizeof out, "%.*f", digits, m.mean());
  return out;
}
void print_table(const result& r) {
  std::printf("\n%-24s %9s %9s %9s %9s %8s %7s %7s %9s %s\n", "accuracy, %", "linear", "10 %", "1 %", "kNN", "rank",
              "spread", "epochs", "ms/step", "verdict");
  for (const row& w : r.rows)
    std::printf("%-24s %9s %9s %9s %9s %8s %7s %7d %9s %s\n", w.title.c_str(), text(w.linear_100).c_str(),
                text(w.linear_10).c_str(), text(w.linear_1).c_str(), text(w.knn).c_str(),
                text(w.effective_rank).c_str(), text(w.spread, 2).c_str(), w.epochs, text(w.milliseconds).c_str(),
                w.says == ct::verdict::unknown ? "" : ct::text_of(w.says).c_str());
}

/// Throws argument_error for a name that is none.
std::vector<entry> chosen(const options& o) {
  if (o.methods.empty()) return all_methods();
  std::string known;
  for (const entry& e : all_methods()) known += (known.empty() ? "" : ", ") + std::string(e.name);
  std::vector<entry> some;
  for (const std::string& name : o.methods) {
    const auto found = std::find_if(all_methods().begin(), all_methods().end(),
                                    [&](const entry& e) { return e.name == name; });
    if (found == all_methods().end())
      throw ct::argument_error("there is no method '" + name + "'; choose some of " + known);
    some.push_back(*found);
  }
  return some;
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown processor";
}
void write_report(session& s) {
  const int threads = s.asked.threads > 0 ? s.asked.threads : int(std::thread::hardware_concurrency());
  s.found.run = {{"training images", std::to_string(s.train().size())},
                 {"test images", std::to_string(s.test().size())},
                 {"images in a batch", std::to_string(s.asked.batch)},
                 {"seeds", std::to_string(s.asked.seeds) + ", from " + std::to_string(s.asked.seed)},
                 {"device", "cpu, " + std::to_string(threads) + " threads, " +
                                std::string(ct::on_cpu::name_of(s.on.instructions))},
                 {"processor", processor()}};
  print_table(s.found);
  write_file(s.asked.page, html_of(s.found));
  write_file(s.asked.json, json_of(s.found));
  std::printf("\nopen %s\n", s.asked.page.c_str());
}

int run(const options& o) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
  const auto methods = chosen(o);
  const data_set data{o.data};
  device on = o.threads > 0 ? device{{.threads = o.threads}} : device{};
  ct::stop_on_interrupt interrupt;    // Ctrl-C is heard between trainings too
  interrupt.on_start({});
  session s{o, on, data, interrupt};
  s.found = {.classes = {data_set::names.begin(), data_set::names.end()},
             .height = sample::height,
             .width = sample::width,
             .channels = sample::channels};
  std::error_code problem;
  std::filesystem::create_directories(o.folder, problem);
  if (problem) throw ct::file_error("cannot make the folder '" + o.folder + "': " + problem.message());
  s.seconds_for_each = std::max(1., (60 * o.minutes - o.spent) / double(methods.size()) / o.seeds - seconds_of_a_probe);
  bool finished = true;
  for (const entry& e : methods)
    if (!(finished = e.run(s))) break;
  if (!finished) std::printf("\ninterrupted: run it again with the same options, and it goes on\n");
  write_report(s);
  return finished ? 0 : 1;
}

}    // namespace

}    // namespace survey

int main(int count, char** words) {
  survey::options o;
  o.data = SURVEY_DATA_DIR;
  CLI::App app{"Trains every method on the same images, probes all alike, and writes survey.html and survey.json."};
  survey::add_options(app, o);
  CLI11_PARSE(app, count, words);
  try {
    return survey::run(o);
  } catch (const std::exception& e) {
    std::cerr << "survey: " << e.what() << '\n';
    return 2;
  }
}
