// Errors as values: a code from a closed list and one sentence for a person.
//
// The core throws nothing and prints nothing. A function that can fail returns Status or Result<T>;
// a caller that ignores it does not compile. The codes map one to one to the package's
// `PipelineError.code`.
#ifndef STOPBATH_BASE_STATUS_H_
#define STOPBATH_BASE_STATUS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace stopbath {

enum class Code : int32_t {
  kOk = 0,
  kInvalidParams = 1,
  kUnsupportedInput = 2,
  kOutOfMemory = 3,
  kWorkerLost = 4,
  kPoisoned = 5,
  kQueueFull = 6,
  kDeadline = 7,
  kClosed = 8,
  kDisposed = 9,
  kWasmLoad = 10,
  kTaskFailed = 11,
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

// A T, or the Status that says why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}          // NOLINT: implicit by design
  Result(Status status) : status_(std::move(status)) {}  // NOLINT: implicit by design

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  T& value() { return *value_; }
  const T& value() const { return *value_; }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace stopbath

#endif  // STOPBATH_BASE_STATUS_H_
