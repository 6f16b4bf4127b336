// The lock of the ESPHome terminal on this computer: commands in lines of tab-separated words, answers in JSON.
#include <iostream>
#include <memory>
#include <sstream>
#include "tierslieu_lock.h"

using namespace tierslieu;
using Words = std::vector<std::string>;

static Words split(const std::string &line) {
  Words words;
  std::stringstream stream(line);
  for (std::string word; std::getline(stream, word, '\t');) words.push_back(word);
  return words;
}

// cmd_id seq op issued_at ttl_s boot_id lease_id lease_s when event_id, then the lines of text; "-" is nothing.
static Order order_of(const Words &words, size_t at) {
  const auto text = [&](size_t place) { return words[at + place] == "-" ? std::string() : words[at + place]; };
  Order order;
  order.cmd_id = text(0), order.seq = std::stoll(text(1)), order.op = text(2), order.issued_at = std::stoll(text(3));
  order.ttl_s = std::stoi(text(4)), order.boot_id = text(5), order.lease_id = text(6);
  order.lease_s = std::stoi(text(7)), order.when = text(8), order.event_id = text(9);
  for (size_t place = at + 10; place < words.size(); place++) order.text.push_back(words[place]);
  return order;
}

// version warn_s idle_cap_s confirm_every_s offline_policy offline_lease_s, then the cards.
static Policy policy_of(const Words &words, size_t at) {
  Policy policy;
  policy.version = std::stoll(words[at]), policy.warn_s = std::stoi(words[at + 1]);
  policy.idle_cap_s = std::stoi(words[at + 2]), policy.confirm_every_s = std::stoi(words[at + 3]);
  policy.offline_policy = words[at + 4], policy.offline_lease_s = std::stoi(words[at + 5]);
  for (size_t place = at + 6; place < words.size(); place++) policy.offline_cards.push_back(words[place]);
  return policy;
}

static std::string hex_of(const std::string &bytes) {
  std::string hex;
  for (unsigned char one : bytes) hex += {"0123456789abcdef"[one >> 4], "0123456789abcdef"[one & 15]};
  return "\"" + hex + "\"";
}

// Names and values of one answer. All texts are codes and ids: nothing to escape.
struct Json {
  std::ostringstream out;
  void name(const char *key) { out << (out.tellp() > 0 ? ",\"" : "\"") << key << "\":"; }
  void text(const char *key, const std::string &value) {
    if (!value.empty()) name(key), out << '"' << value << '"';
  }
  void number(const char *key, int64_t value) { name(key), out << value; }
  void flag(const char *key, bool value) { name(key), out << (value ? "true" : "false"); }
  std::string all() const { return "{" + out.str() + "}"; }
};

static std::string told(const Ack &ack) {
  Json json;
  json.text("result", ack.answer.result), json.text("reason", ack.answer.reason), json.text("lock", ack.lock);
  json.flag("relay", ack.relay), json.flag("sense", ack.sense), json.number("state_seq", ack.state_seq);
  return json.all();
}

static std::string told(const State &state) {
  Json json;
  json.text("lock", state.lock), json.text("lease_id", state.lease_id), json.text("fault", state.fault);
  json.text("activity", state.activity), json.text("door", state.door), json.number("seq", state.seq);
  if (state.policy_version) json.number("policy_version", state.policy_version);
  json.number("uptime_s", state.uptime_s), json.number("lease_left_s", state.lease_left_s);
  json.flag("relay", state.relay), json.flag("sense", state.sense), json.flag("waits_for_idle", state.waits_for_idle);
  return json.all();
}

static std::string told(const std::vector<Event> &events) {
  std::string all;
  for (const Event &event : events) {
    Json json;
    json.text("event_id", event.id), json.text("type", event.type), json.text("card", event.card);
    json.text("lease_id", event.lease_id), json.text("reason", event.reason);
    json.number("seq", event.seq), json.number("at_uptime_s", event.at_uptime_s);
    all += (all.empty() ? "" : ",") + json.all();
  }
  return "[" + all + "]";
}

int main() {
  auto lock = std::make_unique<Lock>();
  for (std::string line; std::getline(std::cin, line);) {
    const Words words = split(line);
    const std::string &what = words[0];
    const int64_t now = words.size() > 1 ? std::stoll(words[1]) : 0;
    const auto pin = [&](size_t place) { return words[place] == "1"; };
    std::string answer = "null";
    if (what == "begin") {
      lock = std::make_unique<Lock>();
      lock->begin(words[2], now);
    } else if (what == "look") {
      const bool is_awake = lock->look({pin(2), pin(3), pin(4), pin(5)}, now, pin(6));
      Json json;
      json.flag("is_awake", is_awake), json.flag("relay", lock->relay);
      answer = json.all();
    } else if (what == "canonical") {
      answer = hex_of(canonical(words[2], words[3], order_of(words, 4)));
    } else if (what == "canonical-policy") {
      answer = hex_of(canonical(words[2], words[3], policy_of(words, 4)));
    } else if (what == "policy") {
      lock->believe(policy_of(words, 3), pin(2));
    } else if (what == "order") {
      // words: whether the seal is right, the wall's clock, what is sensed with the relay open and with it closed
      answer = told(lock->answer(order_of(words, 6), pin(2), std::stoll(words[3]), now,
                                 [&](bool relay) { return pin(relay ? 5 : 4); }));
    } else if (what == "state") {
      if (lock->has_news(now)) answer = told(lock->state(now));
    } else if (what == "events") {
      answer = told(lock->due(now));
    } else if (what == "up") {
      lock->speak_anew();
    } else if (what == "confirm") {
      lock->confirm(now);
    } else if (what == "tell") {
      lock->tell(words[2], words.size() > 3 ? words[3] : "", lock->lease_id, "", now);
    }
    Json json;
    json.flag("is_closed", lock->relay);
    std::cout << "{\"answer\":" << answer << "," << json.out.str() << "}" << std::endl;
  }
}
