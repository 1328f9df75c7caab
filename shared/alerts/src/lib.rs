//! From a fact to one message to the right person.
