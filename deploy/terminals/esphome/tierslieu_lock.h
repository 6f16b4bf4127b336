// The lock of a terminal: a lease counted down by this board's own clock. Contract: devices/wire/README.md.
// Pure C++ but for the seal; times are milliseconds of a clock that never jumps.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#ifdef USE_ESP32
#include "esp_timer.h"
#include "mbedtls/md.h"
#endif

namespace tierslieu {

struct Order {
  std::string cmd_id, op, boot_id, lease_id, when = "idle", event_id, mac;
  int64_t seq = 0, issued_at = 0;
  int ttl_s = 0, lease_s = 0;
  std::vector<std::string> text;
};

// How the terminal behaves by itself. It opens nothing without network: `offline_cards` are read for the seal only.
struct Policy {
  int64_t version = 0;
  int warn_s = 120, idle_cap_s = 1800, confirm_every_s = 0, offline_lease_s = 0;
  std::string offline_policy = "keep_until_lease_end", mac;
  std::vector<std::string> offline_cards;
};

// One line a value, a line feed between, none at the end: the bytes that the seal covers.
inline std::string lines(const std::string &site, const std::string &device, const std::vector<std::string> &values) {
  std::string bytes = "tierslieu-lock-1\n" + site + "\n" + device;
  for (const std::string &value : values) bytes += "\n" + value;
  return bytes;
}

inline std::string canonical(const std::string &site, const std::string &device, const Order &o) {
  std::vector<std::string> values = {o.cmd_id, std::to_string(o.seq), o.op, std::to_string(o.issued_at),
                                     std::to_string(o.ttl_s), o.boot_id, o.lease_id, std::to_string(o.lease_s), o.when,
                                     o.event_id, std::to_string(o.text.size())};
  values.insert(values.end(), o.text.begin(), o.text.end());
  return lines(site, device, values);
}

inline std::string canonical(const std::string &site, const std::string &device, const Policy &p) {
  std::vector<std::string> values = {"policy", std::to_string(p.version), std::to_string(p.warn_s),
                                     std::to_string(p.idle_cap_s), std::to_string(p.confirm_every_s), p.offline_policy,
                                     std::to_string(p.offline_lease_s), std::to_string(p.offline_cards.size())};
  values.insert(values.end(), p.offline_cards.begin(), p.offline_cards.end());
  return lines(site, device, values);
}

inline std::vector<uint8_t> from_hex(const std::string &hex) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(std::stoul(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

#ifdef USE_ESP32
inline int64_t steady_ms() { return esp_timer_get_time() / 1000; }

inline std::string hmac_hex(const std::string &key_hex, const std::string &bytes) {
  uint8_t digest[32];
  const auto key = from_hex(key_hex);
  mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key.data(), key.size(),
                  reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size(), digest);
  static const char *hex = "0123456789abcdef";
  std::string text;
  for (uint8_t one : digest) text += {hex[one >> 4], hex[one & 15]};
  return text;
}
#endif

// Equal, in a time that does not tell where they differ.
inline bool is_same(const std::string &a, const std::string &b) {
  if (a.size() != b.size()) return false;
  uint8_t differs = 0;
  for (size_t i = 0; i < a.size(); i++) differs |= a[i] ^ b[i];
  return differs == 0;
}

// What a card's number becomes before its digest: hexadecimal capitals without separators.
inline std::string plain_card(const std::string &number) {
  std::string plain;
  for (char sign : number) {
    if (sign >= 'a' && sign <= 'f') sign -= 32;
    if ((sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'F')) plain += sign;
  }
  return plain;
}

struct Inputs {
  bool sense = false, is_estopped = false, is_busy = false, is_door_open = false;
};

struct Answer {
  std::string result = "done", reason;
};

// What became of an order, and the lock right after it; states up to `state_seq` are older.
struct Ack {
  Answer answer;
  std::string lock;
  bool relay = false, sense = false;
  int64_t state_seq = 0;
};

// The lock as up/lock tells it.
struct State {
  std::string lock, lease_id, activity, door, fault;
  int64_t seq = 0, uptime_s = 0, policy_version = 0;
  int lease_left_s = 0;
  bool relay = false, sense = false, waits_for_idle = false;
};

struct Event {
  std::string id, type, card, lease_id, reason;
  int64_t seq = 0, at_uptime_s = 0;
};

class Lock {
 public:
  bool relay = false, waits_for_idle = false;
  std::string lease_id, fault;
  Inputs in;
  std::deque<Event> events;  // in RAM: a power cut loses them, and the next boot says power_restored
  Policy policy;

  void begin(const std::string &boot_id, int64_t now) {
    boot_id_ = boot_id;
    looked_at_ = born_at_ = linked_at_ = now;
    tell("power_restored", "", "", "", now);
  }

  std::string word() const {
    if (in.is_estopped) return "estop";
    if (!fault.empty()) return "fault";
    if (relay) return in.sense ? "unlocked" : "unknown";
    return in.sense ? "unknown" : "locked";
  }

  int64_t next_seq() { return ++seq_; }
  int left_s(int64_t now) const { return lease_id.empty() || now >= ends_at_ ? 0 : (ends_at_ - now + 500) / 1000; }
  int64_t uptime_s(int64_t now) const { return (now - born_at_) / 1000; }

  // Take in what the pins say, let time pass. False: this loop stood still too long, the board must restart.
  bool look(const Inputs &inputs, int64_t now, bool is_linked = true) {
    if (has_frozen(now)) {
      open();
      return false;
    }
    looked_at_ = now;
    if (is_linked) linked_at_ = now;
    const bool was = in.is_estopped;
    in = inputs;
    if (in.is_estopped != was) {
      tell(in.is_estopped ? "estop" : "estop_reset", "", lease_id, "", now);
      open();
    }
    if (in.sense == relay) {
      unlike_since_ = -1;
    } else if (unlike_since_ < 0) {
      unlike_since_ = now;
    } else if (now - unlike_since_ >= 2000 && fault.empty()) {
      fault = in.sense ? "relay_stuck" : "relay_open";
      open();
    }
    count_down(now);
    return true;
  }

  // What to answer to an order; the same order is carried out once and always answered the same. `wall` is seconds
  // since the epoch, 0 while this board does not know the time. `drive` sets the relay and tells what is sensed then.
  template <typename Drive>
  Ack answer(const Order &order, bool is_sealed, int64_t wall, int64_t now, Drive drive) {
    if (!is_sealed) return ack({"refused", "wrong_seal"});
    const auto given = answers_.find(order.cmd_id);
    if (given != answers_.end()) return given->second;
    const Answer found = take(order, wall, now);
    in.sense = drive(relay);
    if (order.op == "identify") is_shown_ = false;
    return remember(order.cmd_id, ack(found));
  }

  Answer take(const Order &order, int64_t wall, int64_t now) {
    if (has_frozen(now)) open();  // an order may come before the loop notices
    const Answer no = refusal(order, wall);
    if (!no.result.empty()) return no;
    last_seq_ = order.seq;
    return obey(order, now);
  }

  // Only a newer policy with a right seal is believed.
  void believe(const Policy &said, bool is_sealed) {
    if (is_sealed && said.version > policy.version) policy = said;
  }

  // Whether up/lock is to be said now: it is another one than was said last, or that was long ago.
  bool has_news(int64_t now) const {
    return !is_shown_ || now - shown_at_ >= 15000 || what() != shown_;
  }

  State state(int64_t now) {
    is_shown_ = true, shown_at_ = now, shown_ = what();
    State said;
    said.lock = word(), said.lease_id = lease_id, said.fault = fault;
    said.activity = !in.sense ? "off" : in.is_busy ? "busy" : "idle", said.door = in.is_door_open ? "open" : "closed";
    said.seq = next_seq(), said.uptime_s = uptime_s(now), said.lease_left_s = left_s(now);
    said.policy_version = policy.version, said.relay = relay, said.sense = in.sense, said.waits_for_idle = waits_for_idle;
    return said;
  }

  // Events that wait for the service's `ack_event`: said when they are new, then every 20 s.
  std::vector<Event> due(int64_t now) {
    std::vector<Event> found;
    const bool is_round = told_at_ < 0 || now - told_at_ >= 20000;
    for (const Event &event : events)
      if (is_round || event.seq > told_seq_) found.push_back(event);
    if (is_round) told_at_ = now;
    if (!events.empty()) told_seq_ = events.back().seq;
    return found;
  }

  // A new connection: everything is said again.
  void speak_anew() { is_shown_ = false, told_at_ = -1; }

  void confirm(int64_t now) { confirmed_at_ = now; }

  void tell(const std::string &type, const std::string &card, const std::string &lease, const std::string &reason,
            int64_t now) {
    Event event;
    event.seq = next_seq();
    event.id = boot_id_ + "-" + std::to_string(event.seq);
    event.type = type, event.card = card, event.lease_id = lease, event.reason = reason;
    event.at_uptime_s = uptime_s(now);
    events.push_back(event);
    if (events.size() > 50) events.pop_front();
  }

 private:
  std::string boot_id_;
  int64_t seq_ = 0, last_seq_ = -1, looked_at_ = 0, born_at_ = 0, ends_at_ = 0, over_since_ = -1, confirmed_at_ = 0,
          unlike_since_ = -1, linked_at_ = 0;
  int64_t shown_at_ = 0, told_at_ = -1, told_seq_ = 0;
  bool may_finish_ = true, is_shown_ = false;
  std::string shown_, why_over_;
  std::map<std::string, Ack> answers_;
  std::deque<std::string> order_of_answers_;

  bool has_frozen(int64_t now) const { return now - looked_at_ > 5000; }

  Ack ack(const Answer &answer) const { return {answer, word(), relay, in.sense, seq_}; }

  Ack remember(const std::string &cmd_id, const Ack &given) {
    answers_[cmd_id] = given;
    order_of_answers_.push_back(cmd_id);
    if (order_of_answers_.size() > 64) {
      answers_.erase(order_of_answers_.front());
      order_of_answers_.pop_front();
    }
    return given;
  }

  std::string what() const {
    return word() + lease_id + fault + (in.is_busy ? "b" : "i") + (in.is_door_open ? "o" : "c") +
           (waits_for_idle ? "w" : "") + (relay ? "1" : "0") + std::to_string(policy.version);
  }

  Answer refusal(const Order &order, int64_t wall) const {
    if (order.boot_id != boot_id_) return {"refused", "boot_changed"};
    if (wall > 1735689600 && wall > order.issued_at + order.ttl_s) return {"expired", "ttl_passed"};
    if (order.seq <= last_seq_) return {"refused", "old_seq"};
    return {"", ""};
  }

  Answer obey(const Order &order, int64_t now) {
    if (order.op == "unlock") {
      if (in.is_estopped) return {"refused", "estop"};
      if (!fault.empty() || has_frozen(now)) return {"refused", "fault"};
      if (in.is_door_open && lease_id.empty()) return {"refused", "door_open"};
      if (order.lease_id.empty() || order.lease_s <= 0) return {"refused", "no_lease"};
      give(order, now);
      confirmed_at_ = now;
      relay = true;
      return {};
    }
    if (order.op == "renew") {
      if (lease_id.empty()) return {"refused", "no_lease"};
      if (lease_id != order.lease_id) return {"refused", "other_lease"};
      give(order, now);
      return {};
    }
    if (order.op == "lock") {
      if (!order.lease_id.empty() && !lease_id.empty() && lease_id != order.lease_id) return {"refused", "other_lease"};
      if (!lease_id.empty() && order.when == "idle" && in.is_busy) {
        over_since_ = now, why_over_ = "ordered", may_finish_ = true, waits_for_idle = true;
        return {"done", "waits_for_idle"};
      }
      open();
      if (!in.sense) fault.clear();
      return {};
    }
    if (order.op == "ack_event") {
      for (auto one = events.begin(); one != events.end(); ++one)
        if (one->id == order.event_id) {
          events.erase(one);
          break;
        }
      return {};
    }
    return order.op == "show" || order.op == "identify" ? Answer{} : Answer{"refused", "unknown_op"};
  }

  void give(const Order &order, int64_t now) {
    lease_id = order.lease_id;
    ends_at_ = now + int64_t(order.lease_s) * 1000;
    may_finish_ = order.when == "idle";
    over_since_ = -1, waits_for_idle = false;
  }

  void count_down(int64_t now) {
    if (lease_id.empty()) return;
    if (policy.confirm_every_s && now - confirmed_at_ >= policy.confirm_every_s * 1000LL)
      return expire("not_confirmed", now);
    if (over_since_ < 0) begin_end(now);
    if (over_since_ < 0) return;
    const bool finishes = may_finish_ && in.is_busy;
    if (finishes && now - over_since_ < policy.idle_cap_s * 1000LL) return;
    expire(finishes ? "idle_cap" : why_over_, now);
  }

  void begin_end(int64_t now) {
    const bool is_alone = now - linked_at_ >= 60000 && policy.offline_policy == "end_when_idle" && !in.is_busy;
    if (now < ends_at_ && !is_alone) return;
    why_over_ = now >= ends_at_ ? "time" : "offline";
    over_since_ = now, waits_for_idle = may_finish_ && in.is_busy;
  }

  void expire(const std::string &why, int64_t now) {
    if (why != "ordered") tell("lease_expired", "", lease_id, why, now);
    open();
  }

  void open() {
    relay = waits_for_idle = false;
    lease_id.clear();
    over_since_ = -1;
  }
};

}  // namespace tierslieu
