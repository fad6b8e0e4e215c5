"""Pure folds from statements to mastery, pace and independence; standard library only."""
