"""The user of bench/load/journeys/hello.ts for Locust: asks without thinking, and looks at each answer."""

import os

from locust import FastHttpUser, HttpUser, task

Base = FastHttpUser if os.environ.get("LOCUST_USER") == "fast" else HttpUser


class Hello(Base):
    @task
    def hello(self):
        with self.client.get("/", catch_response=True) as response:
            if response.status_code != 200:
                response.failure("is a 200")
