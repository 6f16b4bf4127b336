"""The device side of the venue: what runs beside a machine and speaks to the service over MQTT only."""
