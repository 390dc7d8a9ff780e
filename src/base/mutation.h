// Rules that the mutation tests break on purpose, one at a time, to see that a test notices.
//
// STOPBATH_BROKEN(n) stands where rule n of docs/rules.tsv is kept; 109 is L-9, no lost wake-up.
// Only the mutation tests' build defines STOPBATH_MUTATIONS; everywhere else it is the constant
// false and leaves no trace.
#ifndef STOPBATH_BASE_MUTATION_H_
#define STOPBATH_BASE_MUTATION_H_

#ifdef STOPBATH_MUTATIONS
namespace stopbath {
inline int broken_rule = 0;  // 0: none
}
#define STOPBATH_BROKEN(rule) (::stopbath::broken_rule == (rule))
#else
#define STOPBATH_BROKEN(rule) false
#endif

#endif  // STOPBATH_BASE_MUTATION_H_
