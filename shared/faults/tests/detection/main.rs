//! Detection from outside: a table per detector, laws over any samples, and the lines of `detect`.

mod cable;
mod clock;
mod contact;
mod contactor;
mod current;
mod draw;
mod frozen;
mod laws;
mod lines;
mod nominal;
mod phases;
mod power;
mod register;
mod reported;
mod sensor;
mod series;
mod temperature;
mod voltage;
