//! What every main needs: logging, configuration, batch responses.
