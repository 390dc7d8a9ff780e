// What goes in with every request and comes out of every step, as doubles at one address: the page
// writes and reads them without a call, which for a small task would cost more than the task.
#ifndef STOPBATH_BIND_EXCHANGE_H_
#define STOPBATH_BIND_EXCHANGE_H_

namespace stopbath {

// Fields in the order of `exchangeField` in native-engine.ts.
struct Exchange {
  // Written by the page before submit().
  double count = 0;  // doubles of the chain in the wire buffer
  double image = 0;
  double kind = 0;
  double slot = 0;
  double lane = 0;
  double reduce = 0;
  double budget_ms = 0;
  double timeout_ms = 0;
  double reject = 0;
  double queue_timeout_ms = 0;
  double run_timeout_ms = 0;
  double color_space = -1;
  double urgency = 0;
  // Written by step().
  double events_address = 0;
  double next_wake_ms = 0;
  double host_has_work = 0;
};

}  // namespace stopbath

#endif  // STOPBATH_BIND_EXCHANGE_H_
