//! Detection from outside: a table per detector, laws over any samples, and the lines of `detect`.

mod current;
mod laws;
mod lines;
mod series;
mod temperature;
mod voltage;
