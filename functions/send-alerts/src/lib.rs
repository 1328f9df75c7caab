//! Alert items to SNS.
